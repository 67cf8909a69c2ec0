"""«Not our department» alone is no outcome: does an answer say more than that? Pure; words only.

An answer is read clause by clause. One that says that it is not this office's, and beside that only courtesies, «the
department concerned», or whose it is instead, answers nothing: it sends somebody on, and then it must say where, by which
procedure and until when.
"""

import re

_CLAUSES = re.compile(r"[。！？!?；;，,\n：:\s]+")
_NOT_OURS = re.compile(
    r"(不属于?|不归|不在|不是|并非|非|超出(了)?|没有|并无|无)[^不]{0,16}(职责|职权|职能|管辖|受理范围|管理范围|业务范围|权限|权处理|权管|权受理|管理权|负责|分内)"
    r"|不(归|由|该|应由)(我|本|敝|我们|咱)?.{0,10}(管|负责|办|处理|受理)"
    r"|无权(处理|管理|受理|过问|干预)?|与(我|本).{0,10}无关|我(局|委|办|所|镇|乡|街道|单位|中心|们)?管不了|管不着"
)
_SENDS_ON = re.compile(
    r"(故|因此|所以)?(请|敬请|建议|可以?|应当?|需要?|须|望|烦请|麻烦)?(您|你|其|当事人|信访人|来电人|反映人)?(直接|自行|另行)?"
    r"(到|向|找|去|咨询|联系|询问|致电).{1,30}"
    r"|(此事|该事项|该问题|这事|这)?(应该?|应当)?(由|归|属于?|是).{2,20}(负责|管|管辖|受理|职责|职权|职责范围|管理)"
)
_COURTESY = re.compile(
    r"(您好|你好|市民您好|尊敬的.{0,12}|来电收悉|.{0,6}(感谢|谢谢).{0,30}|.{0,6}(敬请|望|请)(您|你|予以)?(谅解|理解|知悉|见谅).{0,6}"
    r"|特此(答复|回复|告知|说明)|经(我局|我单位|本单位)?(核实|核查|调查|了解|研究|查)|现(将.{0,12})?(答复|回复)如下|关于.{0,40}(问题|事项|诉求|反映)"
    r"|您?(所)?反映的.{0,30}(问题|事项|情况)(已)?收悉)?"
)


def only_not_ours(text: str) -> bool:
    """Whether an answer says nothing but that it is not this office's, or only names «the department concerned»."""
    clauses = [clause for clause in _CLAUSES.split(text.strip()) if clause]
    denied = [bool(_NOT_OURS.search(clause)) for clause in clauses]
    rest = [clause for clause, off in zip(clauses, denied, strict=True) if not off and not _COURTESY.fullmatch(clause)]
    if any(denied):
        return all(_SENDS_ON.fullmatch(clause) for clause in rest)
    return bool(rest) and all(_SENDS_ON.fullmatch(clause) and _NOBODY.search(clause) for clause in rest)


_NOBODY = re.compile(r"(有关|相关|其他|别的|上级|主管|职能|对口)(的)?(部门|单位|机关|科室)")
"""Words by which somebody is sent to nobody."""
