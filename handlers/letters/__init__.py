"""What is printed, signed and served, as a document for word processors, from the plain data of its picture."""

from handlers.letters.docx import write_docx

__all__ = ["write_docx"]
