"""Identity across builds: which item of today is which item of the last build, so that no learner loses a review.

`build` is the door (`Ledger`); `drafts` a document's items on their way to it, `identity` the rules, `matching` the
search for edited sentences, `across` that search over all documents, `store` the file, `publish` the all-or-nothing
writing of a build's outputs, `rescue` the way back from a lost ledger.
"""

from flashcards.ledger.build import Change, Ledger, Summary
from flashcards.ledger.drafts import Drafts, draft

__all__ = ["Change", "Drafts", "Ledger", "Summary", "draft"]
