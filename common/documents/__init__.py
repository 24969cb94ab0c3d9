"""Word files: OfficialDocument, reply_letter; pictures for them in `charts`."""

from common.documents.letters import Reply, reply_letter
from common.documents.official import OfficialDocument

__all__ = ["OfficialDocument", "Reply", "reply_letter"]
