"""Published organisations as an `Org` each, and what others computed of them; `folder` holds the files."""

from __future__ import annotations

import csv
import json
import tomllib
from datetime import date

from orgs import links, org_of


def answers(folder, name):
    return json.loads((folder / name / "answers.json").read_text(encoding="utf-8"))


KRACKHARDT = """
structure: firm
trees: {reports_to: {}}
relations: {advice: {}, friendship: {}}
kinds:
  manager: {root_of: [reports_to], under: {reports_to: [manager]}, columns: {level: int, department: int}}
"""


def managers(folder):
    home = folder / "01_krackhardt_hightech"

    def arcs(name):
        lines = (home / f"Krack-High-Tec-edgelist-{name}.txt").read_text().split("\n")
        return [
            f"{a}>{b}" for a, b, there in (line.split() for line in lines if line.strip()) if there == "1"
        ]

    with (home / "Krack-High-Tec-Attributes.csv").open(encoding="utf-8-sig") as file:
        people = list(csv.DictReader(file))
    ties = [
        link
        for relation, name in (
            ("reports_to", "ReportsTo"),
            ("advice", "Advice"),
            ("friendship", "Friendship"),
        )
        for link in links(relation, *arcs(name))
    ]
    units = [
        {"id": p["ID"], "kind": "manager", "level": int(p["LEVEL"]), "department": int(p["DEPT"])}
        for p in people
    ]
    return org_of(KRACKHARDT, units=units, links=ties)


BUDGET = """
structure: budget
trees: {part_of: {}}
measures: {fy2024: {unit: USD, over_time: sum}}
kinds:
  agency: {root_of: [part_of]}
  bureau: {under: {part_of: [agency]}}
  account: {under: {part_of: [bureau]}}
facts:
  declared: {measure: fy2024}
  of_bureaus: {below: bureau, in: part_of, sum: declared}
  bureaus: {below: bureau, in: part_of}
"""


def government(folder):
    rows = json.loads((folder / "02_us_budget" / "raw.json").read_text(encoding="utf-8"))
    year = {"since": date(2023, 10, 1), "until": date(2024, 10, 1)}
    return org_of(
        BUDGET,
        on=date(2024, 9, 30),
        units=[{"id": r["id"], "name": r["name"], "kind": r["budget_level"]} for r in rows],
        links=links("part_of", *(f"{r['id']}>{r['parent_id']}" for r in rows if r["parent_id"])),
        measures=[{"unit": r["id"], "measure": "fy2024", "value": r["2024"], **year} for r in rows],
    )


GOVUK = """
structure: govuk
trees: {home: {}}
relations: {child_of: {}}
kinds: {organisation: {root_of: [home], columns: {format: text, status: [live, closed, exempt, joining]}}}
facts: {parents: {links: child_of, to: organisation}, children: {links: child_of, from: organisation}}
"""


def ministries(folder):
    text = (folder / "04_govuk_orgs_dag" / "govuk_orgs_2016.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines() if line.strip()]

    def slug(one):
        return one["id"].rsplit("/", 1)[1]

    units = [
        {
            "id": slug(r),
            "name": r["title"],
            "kind": "organisation",
            "format": r["format"],
            "status": r["details"]["govuk_status"],
        }
        for r in rows
    ]
    pairs = [f"{slug(r)}>{slug(p)}" for r in rows for p in r["parent_organisations"]]
    return org_of(GOVUK, units=units, links=links("child_of", *pairs))


RUST = """
structure: rust
trees: {subteam_of: {}}
roles: {lead: {public: true}, member: {}}
kinds:
  team: {root_of: [subteam_of], under: {subteam_of: [team]}}
  working_group: {root_of: [subteam_of], under: {subteam_of: [team, working_group]}}
  project_group: {root_of: [subteam_of], under: {subteam_of: [team, working_group]}}
  marker_team: {root_of: [subteam_of], under: {subteam_of: [team]}}
facts:
  leads: {holders: [lead]}
  members: {holders: [member]}
  teams: {of: people, held: [member]}
"""


def rust(folder):
    teams = [tomllib.loads(p.read_text()) for p in sorted((folder / "05_rust_team" / "teams").glob("*.toml"))]

    def login(entry):
        return entry["github"] if isinstance(entry, dict) else entry

    posts = [
        {"person": login(entry), "unit": t["name"], "role": role}
        for t in teams
        for role, key in (("lead", "leads"), ("member", "members"))
        for entry in t.get("people", {}).get(key, [])
    ]
    return org_of(
        RUST,
        units=[{"id": t["name"], "kind": t.get("kind", "team").replace("-", "_")} for t in teams],
        links=links("subteam_of", *(f"{t['name']}>{t['subteam-of']}" for t in teams if "subteam-of" in t)),
        people=[{"id": p} for p in sorted({post["person"] for post in posts})],
        memberships=posts,
    )


POPOLO = """
structure: riigikogu
trees: {sits_in: {}}
roles: {member: {public: true}}
kinds: {parliament: {root_of: [sits_in]}, party: {under: {sits_in: [parliament]}}}
facts: {seats: {holders: [member]}}
"""


def parliament(folder):
    """All versions; the set's days are closed at both ends and inherited from the term."""
    text = (folder / "06_popolo_estonia" / "estonia-ep-popolo-v1.0.json").read_text(encoding="utf-8")
    data = json.loads(text)
    terms = {e["id"]: e for e in data["events"] if e["classification"] == "legislative period"}

    def edge(membership, which):
        stated = membership.get(f"{which}_date") or terms[membership["legislative_period_id"]].get(
            f"{which}_date"
        )
        return date.fromisoformat(stated) if stated else None

    parties = [o["id"] for o in data["organizations"] if o["classification"] == "party"]
    assembly = next(o["id"] for o in data["organizations"] if o["classification"] == "legislature")
    rows = [(m, edge(m, "start"), edge(m, "end")) for m in data["memberships"]]
    return org_of(
        POPOLO,
        on=None,
        units=[{"id": assembly, "kind": "parliament"}, *({"id": p, "kind": "party"} for p in parties)],
        links=links("sits_in", *(f"{p}>{assembly}" for p in parties)),
        people=[{"id": p["id"], "name": p["name"]} for p in data["persons"]],
        memberships=[
            {
                "person": m["person_id"],
                "unit": m["on_behalf_of_id"],
                "role": "member",
                "since": since,
                "until": None if until is None else date.fromordinal(until.toordinal() + 1),
            }
            for m, since, until in rows
        ],
    )
