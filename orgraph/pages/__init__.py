"""Pages: self-contained HTML files that open offline, in Chinese or English, and hold nothing private.

`map` makes the picture of an organisation, with what `details` tells of each unit and what `fold` leaves
to be shown. A `picture` is plain data. `places` and `layout` (kernels: `packing`) give every unit its
place, `network` is the one file that knows pyvis, `island` is the data in the page, `page` puts the
parts together. Scripts and styles are the files in `assets`.
"""
