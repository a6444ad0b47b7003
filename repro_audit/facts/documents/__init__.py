"""README and documentation: headings, prose, code, links, each with its place."""

from .model import Block, BlockKind, Document, Documents
from .read import read_documents

__all__ = ["Block", "BlockKind", "Document", "Documents", "read_documents"]
