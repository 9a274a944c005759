-- Takes one batch of claims for one session, in order of arrival. One transaction, one lock, one INSERT.
--
-- A function and not a bare statement, because every statement in it has a snapshot of its own: what the lock waited
-- for has been committed by others and is seen by the statements after it. A single statement would look at the
-- claims as they were before it had the lock.
--
-- Never edited once released: a change is claim_v2.sql and a migration, so that processes of both versions can run.
CREATE OR REPLACE FUNCTION booking_claim_v1(
    asked_session bigint, members bigint[], asked_shares bigint[], entries text[], pass_keys text[], devices text[]
) RETURNS TABLE (told_member bigint, told text, told_entry text, told_line bigint, told_deadline bigint)
LANGUAGE plpgsql
-- A rush begins on an empty table: a plan made then would read the whole table when it is no longer empty.
SET enable_seqscan = off
SET jit = off
AS $body$
DECLARE
    rules record;
    place record;
    moment timestamptz;
    refusal text;
    over_event bigint[] := '{}';
    over_day bigint[] := '{}';
    over_season bigint[] := '{}';
BEGIN
    -- 1. Locks, the widest first. A limit over several sessions needs one that is wider than the session.
    SELECT o.id, o.season_id, o.per_day, o.per_event, o.per_season INTO rules
      FROM booking_session s JOIN booking_offering o ON o.id = s.offering_id WHERE s.id = asked_session;
    IF rules.per_season IS NOT NULL AND rules.season_id IS NOT NULL THEN
        PERFORM 1 FROM booking_season WHERE id = rules.season_id FOR NO KEY UPDATE;
    END IF;
    IF rules.per_day IS NOT NULL OR rules.per_event IS NOT NULL THEN
        PERFORM 1 FROM booking_offering WHERE id = rules.id FOR NO KEY UPDATE;
    END IF;
    PERFORM 1 FROM booking_session WHERE id = asked_session FOR NO KEY UPDATE;

    -- 2. The rules as they are now, by the database's clock.
    SELECT s.quota, s.reserved, s.taken, s.reserved_taken, s.waiting, s.reserved_waiting, s.waiting_issued,
           s.arrivals, s.cancelled_at, o.state, o.mode, o.price_fen, o.payment_minutes,
           greatest(o.waiting_size - s.waiting, 0) AS room,
           coalesce(s.opens_at, o.opens_at) AS opens_at, coalesce(s.closes_at, o.closes_at, s.starts_at) AS closes_at
      INTO place
      FROM booking_session s JOIN booking_offering o ON o.id = s.offering_id WHERE s.id = asked_session;
    moment := clock_timestamp();
    refusal := CASE WHEN place.state IS DISTINCT FROM 'published' OR place.cancelled_at IS NOT NULL
                      OR moment >= place.closes_at THEN 'closed'
                    WHEN moment < place.opens_at THEN 'early' END;

    -- 3. Who has had their part of the event, the day or the season.
    IF refusal IS NULL AND rules.per_event IS NOT NULL THEN
        over_event := ARRAY(
            SELECT c.member_id FROM booking_claim c JOIN booking_session s ON s.id = c.session_id
             WHERE c.member_id = ANY (members) AND s.offering_id = rules.id
               AND c.state IN ('entered', 'waiting', 'held', 'confirmed', 'redeemed', 'no_show')
             GROUP BY c.member_id HAVING count(*) >= rules.per_event);
    END IF;
    IF refusal IS NULL AND rules.per_day IS NOT NULL THEN
        -- A place that was not paid for counts for its day: it was taken from somebody.
        over_day := ARRAY(
            SELECT c.member_id FROM booking_claim c JOIN booking_session s ON s.id = c.session_id
             WHERE c.member_id = ANY (members) AND s.offering_id = rules.id
               AND c.state IN ('entered', 'waiting', 'held', 'confirmed', 'redeemed', 'no_show', 'expired')
               AND c.created_at >= date_trunc('day', moment, 'Asia/Shanghai')
             GROUP BY c.member_id HAVING count(*) >= rules.per_day);
    END IF;
    IF refusal IS NULL AND rules.per_season IS NOT NULL AND rules.season_id IS NOT NULL THEN
        over_season := ARRAY(
            SELECT c.member_id FROM booking_claim c JOIN booking_session s ON s.id = c.session_id
              JOIN booking_offering o ON o.id = s.offering_id
             WHERE c.member_id = ANY (members) AND o.season_id = rules.season_id
               AND c.state IN ('entered', 'waiting', 'held', 'confirmed', 'redeemed', 'no_show')
             GROUP BY c.member_id HAVING count(*) >= rules.per_season);
    END IF;

    -- 4. Those who hold something keep it; the others take what is left of their pool, then the waiting list.
    RETURN QUERY
    WITH asked AS MATERIALIZED (
        SELECT DISTINCT ON (a.member) a.member, coalesce(sh.id, 0) AS share, a.entry, a.pass_key, a.device, a.nr
          FROM unnest(members, asked_shares, entries, pass_keys, devices)
               WITH ORDINALITY AS a(member, share, entry, pass_key, device, nr)
          LEFT JOIN booking_share sh ON sh.id = a.share AND sh.session_id = asked_session
         ORDER BY a.member, a.nr
    ), before AS MATERIALIZED (
        SELECT c.member_id, c.state, c.public_id, c.expires_at, c.share_id, c.waiting_number
          FROM booking_claim c
         WHERE c.session_id = asked_session AND c.member_id = ANY (members)
           AND c.state IN ('entered', 'waiting', 'held', 'confirmed', 'redeemed', 'no_show')
    ), pools AS MATERIALIZED (
        -- Those who wait come before those who arrive, even while a place is free.
        SELECT 0::bigint AS share, place.waiting - place.reserved_waiting AS waiting,
               greatest((place.quota - place.reserved) - (place.taken - place.reserved_taken)
                        - (place.waiting - place.reserved_waiting), 0) AS free
         UNION ALL
        SELECT sh.id, sh.waiting, greatest(sh.quota - sh.taken - sh.waiting, 0)
          FROM booking_share sh WHERE sh.session_id = asked_session AND place.reserved > 0
    ), fresh AS MATERIALIZED (
        SELECT a.*, p.waiting, p.free, row_number() OVER (PARTITION BY a.share ORDER BY a.nr) AS turn
          FROM asked a JOIN pools p ON p.share = a.share
         WHERE refusal IS NULL AND a.member NOT IN (SELECT b.member_id FROM before b)
           AND a.member <> ALL (over_event) AND a.member <> ALL (over_day) AND a.member <> ALL (over_season)
    ), sorted AS MATERIALIZED (
        SELECT f.*, f.turn <= f.free OR place.mode = 'lottery' AS gets,
               row_number() OVER (PARTITION BY f.turn <= f.free OR place.mode = 'lottery' ORDER BY f.nr) AS line
          FROM fresh f
    ), taken AS (
        INSERT INTO booking_claim (public_id, session_id, member_id, share_id, state, arrival, waiting_number, key,
                                   device, created_at, changed_at, expires_at)
        SELECT s.entry, asked_session, s.member, nullif(s.share, 0),
               CASE WHEN place.mode = 'lottery' THEN 'entered' WHEN NOT s.gets THEN 'waiting'
                    WHEN place.price_fen > 0 THEN 'held' ELSE 'confirmed' END,
               place.arrivals + row_number() OVER (ORDER BY s.nr),
               CASE WHEN NOT s.gets THEN place.waiting_issued + s.line END,
               s.pass_key, s.device, moment, moment,
               CASE WHEN s.gets AND place.price_fen > 0 AND place.mode <> 'lottery'
                    THEN moment + make_interval(mins => place.payment_minutes) END
          FROM sorted s WHERE s.gets OR s.line <= place.room
         ORDER BY s.nr
            -- The unique index is the net below the lock: what it catches is asked to come again.
            ON CONFLICT DO NOTHING
        RETURNING member_id, state, public_id, share_id, expires_at, waiting_number
    ), counted AS (
        UPDATE booking_session s
           SET taken = s.taken + n.placed, reserved_taken = s.reserved_taken + n.placed_reserved,
               waiting = s.waiting + n.queued, reserved_waiting = s.reserved_waiting + n.queued_reserved,
               waiting_issued = s.waiting_issued + n.queued, arrivals = s.arrivals + n.written
          FROM (SELECT count(*) AS written,
                       count(*) FILTER (WHERE t.state IN ('held', 'confirmed')) AS placed,
                       count(t.share_id) FILTER (WHERE t.state IN ('held', 'confirmed')) AS placed_reserved,
                       count(*) FILTER (WHERE t.state = 'waiting') AS queued,
                       count(t.share_id) FILTER (WHERE t.state = 'waiting') AS queued_reserved
                  FROM taken t) n
         WHERE s.id = asked_session AND n.written > 0
    ), counted_shares AS (
        UPDATE booking_share sh SET taken = sh.taken + n.placed, waiting = sh.waiting + n.queued
          FROM (SELECT t.share_id, count(*) FILTER (WHERE t.state IN ('held', 'confirmed')) AS placed,
                       count(*) FILTER (WHERE t.state = 'waiting') AS queued
                  FROM taken t WHERE t.share_id IS NOT NULL GROUP BY t.share_id) n
         WHERE sh.id = n.share_id
    )
    SELECT a.member,
           CASE WHEN b.member_id IS NOT NULL THEN b.state::text
                WHEN t.member_id IS NOT NULL THEN t.state::text
                WHEN refusal IS NOT NULL THEN refusal
                WHEN a.member = ANY (over_event) THEN 'limit_event'
                WHEN a.member = ANY (over_day) THEN 'limit_day'
                WHEN a.member = ANY (over_season) THEN 'limit_season'
                WHEN s.gets OR s.line <= place.room THEN 'again'
                ELSE 'sold_out' END,
           coalesce(b.public_id, t.public_id)::text,
           CASE WHEN t.state = 'waiting' THEN s.waiting + s.turn - s.free
                WHEN b.state = 'waiting' THEN (
                     SELECT count(*) FROM booking_claim c
                      WHERE c.session_id = asked_session AND c.share_id IS NOT DISTINCT FROM b.share_id
                        AND c.state = 'waiting' AND c.waiting_number <= b.waiting_number) END,
           floor(extract(epoch FROM coalesce(b.expires_at, t.expires_at)))::bigint
      FROM asked a
      LEFT JOIN before b ON b.member_id = a.member
      LEFT JOIN taken t ON t.member_id = a.member
      LEFT JOIN sorted s ON s.member = a.member;
END
$body$;
