"""Reading YAML strictly: the same key twice in one mapping is refused, and so is what no safe loader reads."""

from collections import Counter
from typing import Any

import yaml

Mapping = dict[str, Any]


class NotReadable(ValueError):
    """The text is not YAML, or repeats a key. Its message says where and what to do."""


class _Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the C one is eight times as quick
    """A safe loader that refuses the same key twice."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = Counter(str(loader.construct_object(key)) for key, _ in node.value)
    for key, times in keys.items():
        if times > 1:
            raise NotReadable(f"第{node.start_mark.line + 1}行起的一组里，{key} 写了{times}次；请只留一个。")
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(text: str) -> Any:
    """The value of one YAML document. Raises NotReadable."""
    try:
        return yaml.load(text, _Strict)
    except yaml.YAMLError as broken:
        mark = getattr(broken, "problem_mark", None)
        place = f"第{mark.line + 1}行" if mark else "文件"
        raise NotReadable(f"{place}不是合格的 YAML：{getattr(broken, 'problem', broken)}；请改正后再读。") from broken


def listed(value: Any) -> list[Any]:
    """A list; one value alone is a list of it, nothing is empty."""
    return [] if value is None else value if isinstance(value, list) else [value]
