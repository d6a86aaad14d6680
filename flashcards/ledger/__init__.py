"""Identity across builds: which item of today is which item of the last build, so that no learner loses a review.

`build` is the door (`Ledger`); `identity` the rules, `matching` the search for edited sentences, `store` the file,
`publish` the all-or-nothing writing of a build's outputs, `rescue` the way back from a lost ledger.
"""

from flashcards.ledger.build import Change, Ledger, Summary

__all__ = ["Change", "Ledger", "Summary"]
