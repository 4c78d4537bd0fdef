"""Pages: self-contained HTML files that open offline, in Chinese or English, and hold nothing private.

`picture` is what a page shows, `fold` chooses the units it can carry, `layout` gives them their
places, `network` is the one file that knows pyvis, `page` puts the parts together, `map` makes the
picture of an organisation.
"""
