"""The pass over a syntax tree that makes a change. Imported only once there is one to make: libcst is slow to load."""

from __future__ import annotations

from itertools import takewhile

import libcst as cst
from libcst.metadata import PositionProvider

from ..facts.distributions import is_stdlib
from .script import Change

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
Body = cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]
FOLLOWING = ("following", "")
INSIDE = ("inside", "")
SEED_KEYWORDS = ("random_state", "seed")


class Rewriter(cst.CSTTransformer):
    """Adds lines, gives calls a seed, and puts expressions in place of values."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, change: Change) -> None:
        super().__init__()
        self.change = change
        self.depth = 0
        self.left: set[tuple[int, str] | tuple[str, str]] = {*change.calls, *(("value", n) for n in change.values)}
        self.left |= {FOLLOWING} if change.following[1] else set()
        self.left |= {INSIDE} if change.inside[1] else set()

    @property
    def is_done(self) -> bool:
        """Whether everything that was to be changed was found."""
        return not self.left

    def _line(self, node: cst.CSTNode) -> int:
        return int(self.get_metadata(PositionProvider, node).start.line)

    def _last_line(self, node: cst.CSTNode) -> int:
        return int(self.get_metadata(PositionProvider, node).end.line)

    def _parsed(self, lines: list[str]) -> list[Statement]:
        """The statements of the lines; a blank line before the first one stays."""
        module = cst.parse_module("\n".join(lines).lstrip("\n") + "\n")
        first, *rest = [s for s in module.body if isinstance(s, Statement)]
        leading = [cst.EmptyLine(indent=False)] * (not lines[0]) + list(first.leading_lines)
        return [first.with_changes(leading_lines=leading), *rest]

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        self.depth += 1

    def leave_IndentedBlock(self, original: cst.IndentedBlock, updated: cst.IndentedBlock) -> cst.BaseSuite:
        self.depth -= 1
        return updated

    def leave_SimpleStatementLine(self, original: cst.SimpleStatementLine, updated: cst.SimpleStatementLine) -> Body:
        return self._followed(original, self._with_value(original, updated))

    def leave_FunctionDef(self, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.BaseStatement:
        line, lines = self.change.inside
        at = int(self.get_metadata(PositionProvider, original.name).start.line)
        if INSIDE not in self.left or at != line or not isinstance(updated.body, cst.IndentedBlock):
            return updated
        self.left.discard(INSIDE)
        body = list(updated.body.body)
        is_told = isinstance(body[0], cst.SimpleStatementLine) and _is_docstring(body[0])
        body[is_told:is_told] = self._parsed(list(lines))
        return updated.with_changes(body=updated.body.with_changes(body=body))

    def leave_With(self, original: cst.With, updated: cst.With) -> Body:
        return self._followed(original, updated)

    def _followed(self, original: cst.BaseStatement, updated: cst.BaseStatement) -> Body:
        line, lines = self.change.following
        if not lines or FOLLOWING not in self.left or self._line(original) != line:
            return updated
        self.left.discard(FOLLOWING)
        return cst.FlattenSentinel([updated, *self._parsed(list(lines))])

    def _with_value(
        self, original: cst.SimpleStatementLine, updated: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        """A top-level `NAME = 3` with an expression in place of the number."""
        name = assigned_name(original) if self.depth == 0 else ""
        if name not in self.change.values:
            return updated
        self.left.discard(("value", name))
        statement = updated.body[0]
        assert isinstance(statement, (cst.Assign, cst.AnnAssign))
        value = cst.parse_expression(self.change.values[name])
        return updated.with_changes(body=[statement.with_changes(value=value)])

    def leave_Call(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        key = (self._line(original), last_name(original.func))
        if key not in self.change.calls or key not in self.left:
            return updated
        self.left.discard(key)
        keyword, value = self.change.calls[key]
        return updated.with_changes(args=seeded(updated, keyword, cst.parse_expression(value)))

    def leave_Module(self, original: cst.Module, updated: cst.Module) -> cst.Module:
        change = self.change
        if not change.before and not change.after:
            return updated
        until = next((i for i, n in enumerate(original.body) if 0 < change.until <= self._last_line(n)), None)
        first, last = import_block(original, until)
        body = list(updated.body)  # `following` may have added statements, but none above the imports
        if change.after:
            is_apart = last > first and change.after[0] != "" and _imports_stdlib(original.body[last - 1])
            body[last:] = [*self._parsed([*([""] if is_apart else []), *change.after]), *_apart(body[last:])]
        for line in reversed(change.before):
            at = first + _behind(body[first:], line)
            new = self._parsed([line])
            body[at : at + 1] = _above(new, body[at : at + 1]) if at == first else [*new, *body[at : at + 1]]
        return updated.with_changes(body=body)


def seeded(call: cst.Call, keyword: str, value: cst.BaseExpression) -> list[cst.Arg]:
    """The arguments with a value: in place of the one that is there, else as the keyword, or first."""
    args = list(call.args)
    for i, arg in enumerate(args):
        is_it = arg.keyword is not None and (arg.keyword.value == keyword or arg.keyword.value in SEED_KEYWORDS)
        if is_it or (arg.keyword is None and not keyword):
            args[i] = arg.with_changes(value=value)
            return args
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    new = cst.Arg(value, cst.Name(keyword), equal=equal) if keyword else cst.Arg(value)
    if not args:
        return [new]
    last = args[-1]
    if isinstance(last.comma, cst.Comma):  # one argument a line: the new one gets its own, with a comma
        between = args[-2].comma if len(args) > 1 else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        return [*args[:-1], last.with_changes(comma=between), new.with_changes(comma=last.comma)]
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    rest = last.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace(""))
    return [*args[:-1], rest, new.with_changes(whitespace_after_arg=last.whitespace_after_arg)]


def _above(new: list[Statement], old: list[Statement]) -> list[Statement]:
    """Imports of the standard library above what was first: with its blank lines and comments, apart from others."""
    if not old or not isinstance(old[0], Statement):
        return [*new, *old]
    is_alike = _imports_stdlib(old[0])
    gap = [] if is_alike else [cst.EmptyLine(indent=False)]
    head = new[0].with_changes(leading_lines=old[0].leading_lines)
    return [head, *new[1:], old[0].with_changes(leading_lines=gap)]


def _apart(body: list[Statement]) -> list[Statement]:
    """Statements with a blank line before the first."""
    if not body or body[0].leading_lines:
        return body
    return [body[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)]), *body[1:]]


def _behind(body: list[Statement], line: str) -> int:
    """How many imports of the standard library stand before another one, by their names."""
    return sum(1 for _ in takewhile(lambda s: _imports_stdlib(s) and cst.Module([s]).code.strip() < line, body))


def _imports_stdlib(node: cst.BaseStatement) -> bool:
    if not isinstance(node, cst.SimpleStatementLine):
        return False
    module = next((s for s in node.body if isinstance(s, (cst.Import, cst.ImportFrom))), None)
    if module is None:
        return False
    name = module.names[0].evaluated_name if isinstance(module, cst.Import) else _module_name(module)
    return is_stdlib(name.partition(".")[0])


def _module_name(node: cst.ImportFrom) -> str:
    top = node.module
    while isinstance(top, cst.Attribute):
        top = top.value  # type: ignore[assignment]
    return top.value if isinstance(top, cst.Name) else ""


def last_name(node: cst.BaseExpression) -> str:
    """`default_rng` of `np.random.default_rng`."""
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else ""


def assigned_name(node: cst.SimpleStatementLine) -> str:
    """The name that a line of one assignment gives a value, "" for any other line."""
    if len(node.body) != 1:
        return ""
    statement = node.body[0]
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        target = statement.targets[0].target
    elif isinstance(statement, cst.AnnAssign) and statement.value is not None:
        target = statement.target
    else:
        return ""
    return target.value if isinstance(target, cst.Name) else ""


def import_block(module: cst.Module, until: int | None = None) -> tuple[int, int]:
    """(where the imports begin, behind docstring and `__future__`; behind the last one before code that does more).

    `until` is the first statement that may not come before what is added.
    """
    begin, end = 0, 0
    for i, node in enumerate(module.body[:until]):
        if isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.For, cst.While, cst.With)):
            break
        if not isinstance(node, cst.SimpleStatementLine):
            continue
        if i == begin and (_is_docstring(node) or _is_future(node)):
            begin = end = i + 1
        elif any(isinstance(s, (cst.Import, cst.ImportFrom)) for s in node.body):
            end = i + 1
    return begin, max(begin, end)


def _is_docstring(node: cst.SimpleStatementLine) -> bool:
    first = node.body[0]
    return isinstance(first, cst.Expr) and isinstance(first.value, (cst.SimpleString, cst.ConcatenatedString))


def _is_future(node: cst.SimpleStatementLine) -> bool:
    first = node.body[0]
    return isinstance(first, cst.ImportFrom) and _module_name(first) == "__future__"
