#include "RawSQLite.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CHECKPOINT_INTERVAL = 250, STATEMENTS = 6 };

static const char *pragmas =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA mmap_size = 0;"
    "PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;"
    "PRAGMA secure_delete = FAST; PRAGMA foreign_keys = ON";

static const char *one_table = "CREATE TABLE IF NOT EXISTS rows (seq INTEGER PRIMARY KEY, feature BLOB NOT NULL) STRICT";
static const char *one_row[STATEMENTS] = {"INSERT INTO rows (feature) VALUES (?2)"};

/// ?1 is the finding's id, ?2 the bytes, ?3 the sequence.
static const char *all_rows[STATEMENTS] = {
    "INSERT INTO revisions (seq, finding, revision, feature, digest) VALUES (?3, ?1, 1, ?2, 1)",
    "INSERT INTO findings (id, revision, seq, scene_type, severity, status, latitude, longitude, first_seen, last_seen,"
    " flight, source, sightings, body, digest) VALUES (?1, 1, ?3, 'waste.exposed', 'yellow', 'open', 28.9, 118.5,"
    " 1755000000000000 + ?3, 1755000000000000 + ?3, x'0198a2b3c4d57000800000000000000f', 'bench', 3, ?2, 1)",
    "INSERT INTO evidence (sha256, finding, kind, bytes) VALUES (lower(hex(?1) || hex(?1)), ?1, 'picture', 400000)",
    "INSERT INTO outbox (finding, destination, revision, seq, state, created)"
    " VALUES (?1, 'platform', 1, ?3, 'pending', 1755000000000000)",
    "INSERT INTO parts (part, finding, flight, sightings, digest)"
    " VALUES (?1, ?1, x'0198a2b3c4d57000800000000000000f', 3, 1)",
    "INSERT INTO places (scene_type, cell, finding, latitude, longitude, height, semi_major, semi_minor, bearing, severity,"
    " status, since, first_seen, last_seen, sightings, digest) VALUES ('waste.exposed', 249352486912, ?1, 28.9, 118.5,"
    " 120, 3.1, 2.4, 40, 'yellow', 'open', 1755000000000000, 1755000000000000 + ?3, 1755000000000000 + ?3, 3, 1)",
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int run(sqlite3 *db, const char *sql) { return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK; }

/// Makes what `source` has: tables first, as they were made.
static int copy_schema(sqlite3 *db, const char *source) {
    sqlite3 *store = NULL;
    sqlite3_stmt *list = NULL;
    int sound = sqlite3_open_v2(source, &store, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK
        && sqlite3_prepare_v2(store, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
                                     " ORDER BY rowid", -1, &list, NULL) == SQLITE_OK;
    while (sound && sqlite3_step(list) == SQLITE_ROW) sound = run(db, (const char *)sqlite3_column_text(list, 0));
    sqlite3_finalize(list);
    sqlite3_close(store);
    return sound;
}

static int write_finding(sqlite3_stmt **inserts, int64_t sequence, const char *row, int bytes) {
    // Like the store's ids: a time that rises, then bits that do not.
    unsigned char id[16];
    uint64_t milliseconds = 1755000000000u + (uint64_t)sequence / 10;
    uint64_t spread[2] = {(uint64_t)sequence * 0x9E3779B97F4A7C15u, (uint64_t)sequence * 0xBF58476D1CE4E5B9u};
    for (int i = 0; i < 6; i++) id[i] = (unsigned char)(milliseconds >> (40 - 8 * i));
    for (int i = 6; i < 16; i++) id[i] = (unsigned char)(spread[i / 8] >> (56 - 8 * (i % 8)));
    for (int i = 0; i < STATEMENTS && inserts[i] != NULL; i++) {
        sqlite3_bind_blob(inserts[i], 1, id, sizeof id, SQLITE_STATIC);
        sqlite3_bind_blob(inserts[i], 2, row, bytes, SQLITE_STATIC);
        sqlite3_bind_int64(inserts[i], 3, sequence);
        if (sqlite3_step(inserts[i]) != SQLITE_DONE) return 0;
        sqlite3_reset(inserts[i]);
    }
    return 1;
}

static int write_findings(
    sqlite3 *db, sqlite3_stmt **inserts, int64_t first, int count, int per_commit, const char *row, int bytes) {
    int since_checkpoint = 0;
    for (int written = 0; written < count;) {
        if (!run(db, "BEGIN IMMEDIATE")) return 0;
        for (int i = 0; i < per_commit && written < count; i++, written++, since_checkpoint++)
            if (!write_finding(inserts, first + written, row, bytes)) return 0;
        if (!run(db, "COMMIT")) return 0;
        if (since_checkpoint >= CHECKPOINT_INTERVAL) {
            since_checkpoint = 0;
            sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        }
    }
    return 1;
}

/// Rows that are there already: several runs fill one file.
static int64_t rows(sqlite3 *db, const char *sql) {
    sqlite3_stmt *query = NULL;
    int64_t last = 0;
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW)
        last = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return last;
}

struct raw_sqlite {
    sqlite3 *db;
    sqlite3_stmt *inserts[STATEMENTS];
    char *row;
    int bytes;
    int has_schema;
};

raw_sqlite *raw_sqlite_open(const char *path, const char *schema_of, int bytes, int *has_changed) {
    raw_sqlite *raw = calloc(1, sizeof *raw);
    if (raw == NULL) return NULL;
    *has_changed = 0;
    raw->bytes = bytes;
    raw->has_schema = schema_of != NULL;
    raw->row = malloc((size_t)bytes);
    int sound = raw->row != NULL && sqlite3_open(path, &raw->db) == SQLITE_OK && run(raw->db, pragmas);
    if (sound) memset(raw->row, 'x', (size_t)bytes);
    if (sound && rows(raw->db, "SELECT COUNT(*) FROM sqlite_master") == 0)
        sound = raw->has_schema ? copy_schema(raw->db, schema_of) : run(raw->db, one_table);
    if (sound) {
        const char **statements = raw->has_schema ? all_rows : one_row;
        for (int i = 0; sound && i < STATEMENTS && statements[i] != NULL; i++)
            sound = sqlite3_prepare_v3(
                        raw->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT, &raw->inserts[i], NULL) == SQLITE_OK;
        *has_changed = !sound;
    }
    if (sound) return raw;
    fprintf(stderr, "RawSQLite: %s\n", raw->db != NULL ? sqlite3_errmsg(raw->db) : "no memory");
    raw_sqlite_close(raw);
    return NULL;
}

double raw_sqlite_commits(raw_sqlite *raw, int count, int per_commit) {
    int64_t first =
        1 + rows(raw->db, raw->has_schema ? "SELECT MAX(seq) FROM revisions" : "SELECT MAX(seq) FROM rows");
    double start = now();
    if (write_findings(raw->db, raw->inserts, first, count, per_commit, raw->row, raw->bytes)) return now() - start;
    fprintf(stderr, "RawSQLite: %s\n", sqlite3_errmsg(raw->db));
    return -1;
}

void raw_sqlite_close(raw_sqlite *raw) {
    if (raw == NULL) return;
    for (int i = 0; i < STATEMENTS; i++) sqlite3_finalize(raw->inserts[i]);
    sqlite3_close(raw->db);
    free(raw->row);
    free(raw);
}
