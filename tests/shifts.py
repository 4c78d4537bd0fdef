"""Ways of writing shifts, for both engines."""

SHIFTS = [
    (["08:00-16:00", "16:00\uff5e24:00", "0:00至8:00"], 0, True),
    (["22:00-06:00"], 16, True),
    (["8:00-12:00、14:00-18:00"], 16, True),
    (["8\uff1a00\u201412\uff1a00\uff0c20\u201323"], 17, True),
    (["07:30:00到19:30:00"], 12, True),
    (["00:00-24:00"], 0, True),
    (["20:00-20:00"], 0, True),
    (["8:00"], 24, False),
    (["8:00-25:00", "9:00-9:75"], 24, False),
    (["8:00-9:00", None], 23, False),
    (["夜班"], 24, False),
]
"""What the holders' shifts say, the hours that nobody covers, and whether all shifts are known."""
