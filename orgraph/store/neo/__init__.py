"""The shared store: a database of a Neo4j server."""
