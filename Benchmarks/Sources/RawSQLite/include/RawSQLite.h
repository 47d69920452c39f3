#pragma once

/// A connection of SQLite's own, kept open from round to round as the store's is: the write-ahead log of both is written over and
/// over, and both have their pages in memory.
typedef struct raw_sqlite raw_sqlite;

/// Opens or makes the database at `path` with the store's pragmas. `schema_of` names a store's database whose tables, indexes and
/// triggers are made there; with NULL there is one table of one row a finding of `bytes` bytes. NULL when SQLite refuses;
/// `has_changed` is set where the store's tables are not those that are known here.
raw_sqlite *raw_sqlite_open(const char *path, const char *schema_of, int bytes, int *has_changed);

/// Commits `count` findings in transactions of `per_commit`, with a checkpoint as often as the store makes one. Returns the seconds
/// that it took; -1 when SQLite refuses.
double raw_sqlite_commits(raw_sqlite *raw, int count, int per_commit);

void raw_sqlite_close(raw_sqlite *raw);
