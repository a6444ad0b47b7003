"""What tells a reader how the input is built: descriptions that suffice to make another data set, and hints.

A description is full when it names the parts (columns, fields, arrays, files) and says what each
holds: a table of columns, a list of fields, a schema, or a passage on the format. A sample file, an
example path and the code of a loader only hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from ...model import Place
from ..documents.model import Block, BlockKind, Document
from ..regex import regex
from .evidence import Evidence
from .fields import find_field_lists, foreign_documents
from .hints import find_hints
from .links import DATA_WORD
from .model import Description, Source, Table

MAX_HINTS = 12
SCHEMA = regex(
    r"(^|/)(datapackage\.json|data_?dictionary[^/]*|codebook[^/]*|\w*schema\w*\.(json|ya?ml|py)|data_?card[^/]*|"
    r"great_expectations/expectations/.*\.json|features?_description[^/]*|data_description[^/]*)$",
    re.IGNORECASE,
)
FULL_SCHEMA = regex(
    r"datapackage\.json$|data_?dictionary|codebook|data_description|features?_description", re.IGNORECASE
)
PANDERA = regex(
    r"\b(?:pandera|pa)\.(?:DataFrameSchema|SchemaModel|DataFrameModel)|\bDataFrameModel\b|\bDataFrameSchema\b"
)
COLUMN_HEAD = regex(r"\b(column|field|feature|variable|attribute|key|name|file|header|tensor|array)s?\b", re.IGNORECASE)
MEANING_HEAD = regex(
    r"\b(description|meaning|type|dtype|unit|format|explanation|definition|contents?|values?|shape)s?\b", re.IGNORECASE
)
ABOUT_INPUT = regex(
    r"data|input|format|corpus|column|field|feature|schema|structure|annotation|dictionary|variables|"
    r"数据|格式|输入|datos|dados|données|Daten\b|データ|данны",
    re.IGNORECASE,
)
NOT_INPUT = regex(
    r"\b(?:result|performance|benchmark|argument|option|parameter|config|output|usage|install|environment|api\b|"
    r"hyper|command|script|metric|model|step|stage|(?:repository|project|file|code|folder) structure)",
    re.IGNORECASE,
)
FORMAT_WORDS = regex(
    r"\b(columns?|fields?|rows?|header|headers|tab[- ]separated|comma[- ]separated|tsv|csv|json(?:l|\s*lines)?|"
    r"fasta|each line|one (?:line|row|sentence|sample|example|file) per|"
    r"per line|matrix|shape|format|sparse|attribute|label(?:l?ed|s)?|folder|director(?:y|ies)|file ?names?|named|"
    r"triples?|keys?|dtype|array|units?|encoded|UTF-8|"
    r"integer|float|string|numeric|categorical|binary)\b",
    re.IGNORECASE,
)
MUST = regex(
    r"\b(each (?:line|row|header|record|entry|sample|file|image|example)|must|should|need(?:s)? to|has to|have to|"
    r"expected|expects?|required?|requires|is stored (?:as|in)|are stored (?:as|in)|consists? of|contains? the "
    r"following|"
    r"with the following|in the following format|following structure|represented (?:as|by)|follow(?:s|ing)? "
    r"(?:this|the) (?:format|structure|layout)|convention|of the form|one .{1,20} per (?:row|line))\b",
    re.IGNORECASE,
)
# The form of a record, named part by part, or the layout of labeled folders: another data set can be built from it.
STATED_FORM = regex(
    r"\b(?:each|every|one|per) (?:line|row|record|entry)\b.{0,90}?(?:\w+>?\s*(?:\\t|\t|,|\||;|<tab>)\s*<?){2,}\w+|"
    r"\b(?:each|every|one|per) (?:class|label|category)\b.{0,60}\b(?:sub-?)?(?:folder|director)|"
    r"\b(?:sub-?)?(?:folders?|director(?:y|ies)) (?:per|for each) (?:class|label|category)\b|"
    r"\b(?:separated|sorted|organi[sz]ed|grouped|divided|split|arranged|seperated) (?:in|into|by) .{0,40}\b(?:sub-?)?"
    r"(?:folders?|director(?:y|ies))\b.{0,60}\b(?:labels?|class(?:es)?|categor(?:y|ies))\b|"
    # folders to put files in, and what kind of files
    r"\b(?:images?|masks?|audio|recordings?|videos?|files?)\b.{0,80}\b(?:should|must|have to|need to) be "
    r"(?:\w+ )?(?:in|under)\b.{0,300}\b(?:RGB|gr[ae]y-?scale|black and white|binary|PNG|JPE?G|TIFF?|NIfTI|WAV|mono|"
    r"same (?:file ?)?names?)\b|"
    # columns that must be there, by name
    r"\b(?:must|should|needs? to|ha(?:s|ve) to|requires?|debe\w*|deve\w*|doit|doivent|muss|müssen|sollte\w*)\b.{0,60}"
    r"\b(?:columns?|fields?|columnas?|campos?|colunas?|colonnes?|champs|Spalten|Felder)\b[^`\n]{0,30}"
    r"(?:`[^`\n]+`[^`\n]{1,12}){2,}|"
    r"每一?[行列条].{0,40}(?:由|为|包含|包括|是|对应)",
    re.IGNORECASE | re.DOTALL,
)
ENOUGH = 6  # words of form and demands, weighted
OWN_DATA = regex(
    r"\b(your own|own|custom|(?:adding|using|prepare|a|with|for) (?:a )?(?:new|another|different|custom)|"
    r"your)\s+(?:\w+\s+){0,1}(data ?-?sets?|data\b|corpus|images?|scenes?|files?|graphs?|knowledge graph|dataset)|"
    r"自己的数据",
    re.IGNORECASE,
)


def find_descriptions(
    seen: Evidence, sources: tuple[Source, ...], tables: tuple[Table, ...]
) -> tuple[Description, ...]:
    """Full descriptions first, then hints."""
    found = [*_schemas(seen), *find_field_lists(seen, tables), *_from_documents(seen)]
    if not any(d.is_full for d in found):
        found += list(find_hints(seen, sources))[:MAX_HINTS]
    return tuple(sorted(found, key=lambda d: not d.is_full)[: MAX_HINTS * 2])


def _schemas(seen: Evidence) -> Iterator[Description]:
    for path in seen.files.own:
        if SCHEMA.search(path) and "test" not in path.lower():
            text = (seen.files.text(path) or "")[:20_000]
            is_full = (bool(FULL_SCHEMA.search(path)) and len(text) > 200) or len(
                re.findall(r'"(?:description|title)"\s*:', text)
            ) >= 3
            yield Description(Place(path, 1), text.split("\n")[0][:120] or path, is_full)
    for source in seen.program.sources:
        if "pandera" in seen.program.modules or any("pandera" in line for line in source.lines[:60]):
            number = next((i for i, line in enumerate(source.lines, 1) if PANDERA.search(line)), None)
            if number:
                yield Description(source.place_of(number), source.line(number), True)


def _from_documents(seen: Evidence) -> Iterator[Description]:
    for document in (*seen.documents.all, *foreign_documents(seen)):
        yield from _column_tables(document)
        yield from _sections(document)


def _column_tables(document: Document) -> Iterator[Description]:
    """A table with a row per column or field, under a header that says so."""
    tables: dict[tuple[str, ...], list[Block]] = {}
    for is_row, run in groupby(document.blocks, key=lambda b: b.kind is BlockKind.TABLE):
        rows = list(run)
        if not is_row or len(rows) < 3:
            continue
        head = rows[0]
        cells = [c.strip(" *`") for c in head.text.strip().strip("|").split("|")]
        if len(cells) < 2 or not COLUMN_HEAD.search(cells[0]) or not any(MEANING_HEAD.search(c) for c in cells[1:]):
            continue
        context = " ".join(head.headings[-2:])
        is_input = bool(re.search(r"column|field|variable|feature|attribute", cells[0], re.IGNORECASE)) or bool(
            ABOUT_INPUT.search(context)
        )
        if is_input and not NOT_INPUT.search(context):
            tables[(head.text,)] = rows
            yield Description(head.at, head.text.strip()[:200], True)


def _sections(document: Document) -> Iterator[Description]:
    """Passages under one heading that speak of the form of the input."""
    for headings, run in groupby(document.blocks, key=lambda b: b.headings):
        blocks = [b for b in run if b.kind is not BlockKind.HEADING]
        heading = " > ".join(headings[-2:])
        text = "\n".join(b.text for b in blocks)
        is_own = bool(OWN_DATA.search(heading))
        is_about = bool(ABOUT_INPUT.search(headings[-1])) if headings else False
        if re.match(r"(data|datasets?|input)/readme", document.path, re.IGNORECASE) or re.search(
            r"(^|/)data\w*/(\w+/)?readme", document.path, re.IGNORECASE
        ):
            is_about = not re.search(r"licen|source|citation|provenance|reference", heading, re.IGNORECASE)
        is_stated = bool(DATA_WORD.search(text) and STATED_FORM.search(text))
        if not blocks or not (is_about or is_own or is_stated or (not headings and DATA_WORD.search(text))):
            continue
        score, best = _describes(blocks, "\n".join([*headings[-1:], text]))
        is_full = score >= ENOUGH and not (headings and NOT_INPUT.search(headings[-1]))
        # The prose of a notebook tells what is done to the data; only a stated format describes them.
        if document.path.endswith(".ipynb"):
            is_full = is_full and bool(STATED_FORM.search(text))
        if is_full or DATA_WORD.search(text):
            yield Description(best.at, best.text.strip()[:200], is_full)


def _describes(blocks: list[Block], text: str) -> tuple[int, Block]:
    """How much a passage says of the form of the input, and its most telling block."""
    words = {m.group(1).lower() for m in FORMAT_WORDS.finditer(text)}
    musts = len(MUST.findall(text))
    names = {c for b in blocks for c in b.inline_code if re.fullmatch(r"[\w./<>\[\]*{}-]+", c)}
    best = max(blocks, key=lambda b: len(FORMAT_WORDS.findall(b.text)) + 3 * len(MUST.findall(b.text)))
    if STATED_FORM.search(text):
        return ENOUGH, next((b for b in blocks if STATED_FORM.search(b.text)), best)
    score = min(len(words), 5) + min(2 * musts, 4) + min(len(names) // 3, 2)
    return (score if musts and len(words) >= 3 else min(score, 5)), best
