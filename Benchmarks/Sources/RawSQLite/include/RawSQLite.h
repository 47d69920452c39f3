#ifndef RAW_SQLITE_H
#define RAW_SQLITE_H

/// Writes `count` findings to the file at `path`, `per_commit` in a transaction, under the pragmas FlyOnce's store sets,
/// with a passive checkpoint every 250. With `schema_of` null a finding is one row of `bytes` bytes in one table; else the
/// tables, indexes and triggers of that store are made, and a finding is a row in each of the four tables the store
/// writes, with `bytes` bytes of feature and as many of body. Returns the seconds it took, without the opening; -1 when
/// SQLite refused, said on standard error; -2 when the store's tables are not those known here.
double raw_sqlite_commits(const char *path, const char *schema_of, int count, int per_commit, int bytes);

#endif
