"""Files → raw sheets: all cells as text, nothing interpreted or lost; `files.read_files` is the door."""
