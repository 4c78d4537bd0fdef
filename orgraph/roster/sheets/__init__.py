"""Raw sheets → which roster each is, which column is which field, and its rows."""
