"""The master key is changed batch by batch; stopped anywhere, it is finished by running it again."""

import pytest

from jiefen.kernel import rotation, seal
from jiefen.kernel.models import SealKey


@pytest.fixture
def keys(db, tmp_path, monkeypatch):
    """Five matters' keys under a master key of this test's own, in batches of two; no waiting."""
    monkeypatch.setenv("JIEFEN_MASTER_KEY", str(tmp_path / "master.key"))
    monkeypatch.setattr(rotation, "BATCH", 2)
    monkeypatch.setattr(rotation, "NOTICED", 0)
    seal._looked = None
    yield [seal.new_key() for _ in range(5)]
    seal._looked = None


def versions() -> list[int | None]:
    return list(SealKey.objects.order_by("pk").values_list("master", flat=True))


def test_it_wraps_every_key_anew_and_what_was_sealed_stays_readable(keys):
    words = [key.seal(f"words {key.id}", field="demand.text") for key in keys]
    index, mark = seal.blind("phone", "13800002061"), seal.token_mark("abc")
    seen = []
    done = rotation.rotate_master(lambda n, of: seen.append((n, of)))
    assert (done.version, done.added, done.wrapped) == (2, True, 5)
    assert seen == [(0, 5), (2, 5), (4, 5), (5, 5)]
    assert versions() == [2] * 5
    for key, sealed in zip(keys, words, strict=True):
        assert seal.open_key(key.id).open(sealed, field="demand.text") == f"words {key.id}"
    assert (seal.blind("phone", "13800002061"), seal.token_mark("abc")) == (index, mark)
    assert seal.master_key_path().stat().st_mode & 0o077 == 0


def test_it_goes_on_where_it_was_stopped_without_another_version(keys):
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate_master(stop)
    assert versions() == [2, 2, 1, 1, 1]
    assert [seal.open_key(key.id).raw for key in keys] == [key.raw for key in keys]
    done = rotation.rotate_master()
    assert (done.version, done.added, done.wrapped) == (2, False, 3)
    assert rotation.rotate_master().version == 3


def test_it_leaves_a_destroyed_key_destroyed(keys):
    SealKey.objects.filter(pk=keys[1].id).update(wrapped=None)
    assert rotation.rotate_master().wrapped == 4
    with pytest.raises(seal.Sealed):
        seal.open_key(keys[1].id)


def test_it_says_so_when_the_file_holds_another_key(keys, tmp_path):
    (tmp_path / "master.key").write_text(f"1 {'cd' * 32}\n")
    seal._looked = None
    with pytest.raises(seal.Sealed):
        rotation.rotate_master()
    assert versions() == [1] * 5


def test_it_does_not_begin_beside_another(keys):
    with rotation._alone(seal.master_key_path()), pytest.raises(rotation.Busy):
        rotation.rotate_master()
    assert versions() == [1] * 5
