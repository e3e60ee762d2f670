CREATE TABLE entries (
  seq     INTEGER PRIMARY KEY,
  replica TEXT    NOT NULL,
  idx     INTEGER NOT NULL,
  body    BLOB    NOT NULL,
  chain   BLOB    NOT NULL,
  UNIQUE (replica, idx)
);
CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER entries_follow_each_other BEFORE INSERT ON entries
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entries)
  OR NEW.idx <> (SELECT coalesce(max(idx), 0) + 1 FROM entries WHERE replica = NEW.replica)
BEGIN SELECT RAISE(ABORT, 'entries are append-only, without gaps'); END;

-- Own entries that the hub has not ordered yet; `refused` is its reason, where it refused one.
CREATE TABLE outbox (
  replica TEXT    NOT NULL,
  idx     INTEGER NOT NULL,
  body    BLOB    NOT NULL,
  refused TEXT,
  PRIMARY KEY (replica, idx)
) WITHOUT ROWID;

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE drafts (key TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;

-- For people with any SQLite tool.
CREATE VIEW log AS
SELECT seq,
       json_extract(CAST(body AS TEXT), '$.at')          AS at,
       json_extract(CAST(body AS TEXT), '$.happened_at') AS happened_at,
       json_extract(CAST(body AS TEXT), '$.actor.name')  AS recorded_by,
       json_extract(CAST(body AS TEXT), '$.for')         AS on_behalf_of,
       (SELECT key FROM json_each(CAST(body AS TEXT), '$.event'))   AS event,
       (SELECT value FROM json_each(CAST(body AS TEXT), '$.event')) AS detail,
       lower(hex(chain))                                 AS chain
FROM entries;
