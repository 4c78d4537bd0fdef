"""Finding structure files and all that they use, and putting them in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from orgraph.model.bundled import bundled, structures_bundled
from orgraph.model.errors import Problem, StructureError, UnknownName, nearest
from orgraph.model.glossary import say
from orgraph.model.language.file import Structure, in_order, read_structure


def load_files(sources: Iterable[str | Path]) -> dict[str, Structure]:
    """Structures by id, each after all that it uses.

    Raises
    ------
    StructureError, UnknownName
        As `Structures.load`.
    """
    loading = _Loading()
    for source in sources:
        loading.file(_path(source), None)
    return loading.done()


def read_texts(texts: Mapping[str, str]) -> dict[str, Structure]:
    """Structures by id from their texts, each after all that it uses."""
    loading = _Loading(texts)
    for id_ in texts:
        loading.text(id_)
    return loading.done()


def _path(source: str | Path) -> Path:
    if isinstance(source, str) and not source.endswith((".yaml", ".yml")) and "/" not in source:
        return bundled(source)
    return Path(source)


class _Loading:
    """The files met so far; problems are collected, so that one run tells all of them."""

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self.texts = texts
        self.found: dict[str, Structure] = {}
        self.order: dict[str, Structure] = {}
        self.paths: set[Path] = set()
        self.problems: list[Problem] = []

    def file(self, path: Path, expected: str | None) -> str | None:
        """Read a file and what it uses; its id, or None where it cannot be read."""
        path = path.resolve() if expected is None else path
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            self._wrong(
                path, say(zh="不是 UTF-8 编码的文字:请另存为 UTF-8", en="is not UTF-8 text: save it as UTF-8")
            )
            return None
        except OSError as error:
            self._wrong(path, say(zh=f"打不开:{error.strerror}", en=f"cannot be opened: {error.strerror}"))
            return None
        return self._read(text, _shown(path), path)

    def text(self, id_: str) -> str | None:
        """Read one of the texts given."""
        return self._read((self.texts or {})[id_], f"{id_}.yaml", None)

    def _read(self, text: str, file: str, path: Path | None) -> str | None:
        try:
            structure = read_structure(text, file=file, path=path)
        except StructureError as error:
            self.problems += error.problems
            return None
        other = self.found.setdefault(structure.id, structure)
        if other is structure:
            for index, used in enumerate(structure.uses):
                self._use(structure, index, used)
            self.order[structure.id] = structure
        elif other.text != text:
            self.problems.append(
                structure.source.problem(
                    ("structure",),
                    say(
                        zh=f"有两个不同的文件都叫“{structure.id}”(另一个:{other.file})",
                        en=f"two different files call themselves '{structure.id}' (the other: {other.file})",
                    ),
                    at_value=True,
                )
            )
        return structure.id

    def _use(self, structure: Structure, index: int, used: str) -> None:
        def wrong(zh: str, en: str) -> None:
            place = structure.source.settled(("uses", index))
            self.problems.append(structure.source.problem(place, say(zh=zh, en=en), at_value=True))

        if used in self.found:
            if used not in self.order:
                wrong(
                    f"循环引用:“{used}”最终又用到“{structure.id}”",
                    f"a circle: '{used}' uses '{structure.id}' in turn",
                )
            return
        known, id_ = self._known(structure), None
        if used not in known:
            hint = nearest(used, known, count=1)
            wrong(
                f"找不到结构“{used}”" + (f"。是不是:{hint[0]}" if hint else f",有:{'、'.join(known)}"),
                f"there is no structure '{used}'"
                + (f". Did you mean: {hint[0]}" if hint else f"; there are {', '.join(known)}"),
            )
            return
        before = len(self.problems)
        id_ = self.text(used) if self.texts is not None else self.file(_beside(structure, used), used)
        if id_ != used and len(self.problems) == before:
            wrong(f"文件 {used}.yaml 里写的名字是“{id_}”", f"the file {used}.yaml calls itself '{id_}'")

    def _known(self, structure: Structure) -> tuple[str, ...]:
        if self.texts is not None:
            return tuple(self.texts)
        folder = structure.path.parent if structure.path is not None else None
        beside = (p.stem for p in folder.glob("*.yaml")) if folder is not None else ()
        return tuple(sorted({*beside, *structures_bundled()}))

    def _wrong(self, path: Path, message: str) -> None:
        self.problems.append(Problem(_shown(path), 1, 1, "", message))

    def done(self) -> dict[str, Structure]:
        """All files in order, if nothing was wrong."""
        if self.problems:
            raise StructureError(in_order(self.problems))
        return self.order


def _beside(structure: Structure, used: str) -> Path:
    if structure.path is not None and (beside := structure.path.parent / f"{used}.yaml").exists():
        return beside
    try:
        return bundled(used)
    except UnknownName:  # pragma: no cover - `used` is known to exist
        return Path(f"{used}.yaml")


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
