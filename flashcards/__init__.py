"""Chinese text in; an item bank, an Anki deck, quiz sheets and self-tests out."""

__version__ = "0.1.0"
