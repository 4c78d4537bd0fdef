"""The model: structures, dated tables, hierarchies, changes, findings. Imports none of the other rooms."""
