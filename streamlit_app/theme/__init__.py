"""The document's style: colour tokens, type scale and spacing, as CSS."""
