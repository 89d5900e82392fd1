-- The UTC day of a moment, whatever the session's time zone is.
CREATE OR REPLACE MACRO schemahub_day(moment) AS
  DATE '1970-01-01' + CAST(epoch_us(moment) // 86400000000 AS INTEGER);

-- Whether a trade lies from "from" (inclusive) to "to" (exclusive); NULL is no bound. The day is asked for as well:
-- other days' files stay closed.
CREATE OR REPLACE MACRO schemahub_within(trade_ts, trade_date, "from", "to") AS
  trade_ts >= coalesce(CAST("from" AS TIMESTAMPTZ), TIMESTAMPTZ '-infinity')
  AND trade_ts < coalesce(CAST("to" AS TIMESTAMPTZ), TIMESTAMPTZ 'infinity')
  AND trade_date >= coalesce(schemahub_day(CAST("from" AS TIMESTAMPTZ)), DATE '-infinity')
  AND trade_date <= coalesce(schemahub_day(CAST("to" AS TIMESTAMPTZ) - INTERVAL 1 MICROSECOND), DATE 'infinity');

-- A width such as '1 minute', '4h', INTERVAL 1 DAY, or a number of seconds.
CREATE OR REPLACE MACRO schemahub_interval(width) AS
  coalesce(
    to_microseconds(CAST(TRY_CAST(CAST(width AS VARCHAR) AS DOUBLE) * 1000000 AS BIGINT)),
    CAST(CAST(width AS VARCHAR) AS INTERVAL)
  );

-- The same, refused where it leads nowhere.
CREATE OR REPLACE MACRO schemahub_width(width) AS
  CASE WHEN epoch_us(schemahub_interval(width)) > 0 THEN schemahub_interval(width)
       ELSE error('an interval is longer than nothing, such as ''1 minute'', ''4h'' or 60') END;

-- Where the bucket of a moment begins, both in microseconds UTC: what time_bucket gives, at a seventh of its price.
-- Months and years are the calendar's. 946857600000000 is Monday 2000-01-03, so that weeks begin on Mondays.
CREATE OR REPLACE MACRO schemahub_bucket(us, width) AS
  CASE WHEN datepart('month', schemahub_width(width)) + datepart('year', schemahub_width(width)) > 0
       THEN epoch_us(time_bucket(schemahub_width(width), make_timestamp(us)))
       ELSE us - (us + epoch_us(schemahub_width(width)) - 946857600000000 % epoch_us(schemahub_width(width)))
                 % epoch_us(schemahub_width(width)) END;

-- Volume-weighted average price per exchange and interval:
--   SELECT * FROM vwap('BTC-USD', '1 minute', '2026-01-01', '2026-01-02')
-- "from" is inclusive, "to" exclusive, both may be left out. An interval without a trade has no row.
CREATE OR REPLACE MACRO vwap(symbol, "interval", "from" := NULL, "to" := NULL) AS TABLE
  SELECT exchange, make_timestamptz(bucket_us) AS bucket, turnover / nullif(volume, 0) AS vwap, volume, trades
  FROM (
    SELECT t.exchange, schemahub_bucket(epoch_us(t.trade_ts), "interval") AS bucket_us,
      sum(t.price * t.quantity) AS turnover, sum(t.quantity) AS volume, count(*) AS trades
    FROM trades t
    WHERE t.symbol = symbol AND schemahub_within(t.trade_ts, t.trade_date, "from", "to")
    GROUP BY ALL
  )
  ORDER BY exchange, bucket;

-- Bars per exchange and interval:
--   SELECT * FROM ohlcv('BTC-USD', '1 day', '2026-01-01', '2026-02-01')
-- "from" is inclusive, "to" exclusive, both may be left out. An interval without a trade has no row. Trades of one
-- microsecond count in the order of their ids. To read all ids would double the time; a file is sorted by symbol,
-- time and id, so its row numbers tell as much. Only where the first or last microsecond of a bucket lies in
-- several files does `ties` look at the ids.
CREATE OR REPLACE MACRO ohlcv(symbol, "interval", "from" := NULL, "to" := NULL) AS TABLE
  WITH pieces AS MATERIALIZED (
    SELECT t.exchange, schemahub_bucket(epoch_us(t.trade_ts), "interval") AS bucket_us,
      min(t.trade_ts) AS first_ts, max(t.trade_ts) AS last_ts,
      arg_min(t.price, t.file_row_number) AS open, max(t.price) AS high, min(t.price) AS low,
      arg_max(t.price, t.file_row_number) AS close, sum(t.quantity) AS volume, count(*) AS trades
    FROM trades_in_files t
    WHERE t.symbol = symbol AND schemahub_within(t.trade_ts, t.trade_date, "from", "to")
    GROUP BY t.exchange, bucket_us, t.file_index
  ), bars AS MATERIALIZED (
    SELECT exchange, bucket_us, min(first_ts) AS first_ts, max(last_ts) AS last_ts,
      arg_min(open, first_ts) AS open, max(high) AS high, min(low) AS low, arg_max(close, last_ts) AS close,
      sum(volume) AS volume, CAST(sum(trades) AS BIGINT) AS trades
    FROM pieces GROUP BY exchange, bucket_us
  ), moments AS MATERIALIZED (
    SELECT b.exchange, b.first_ts AS moment FROM bars b JOIN pieces p
    ON (b.exchange, b.bucket_us, b.first_ts) = (p.exchange, p.bucket_us, p.first_ts)
    GROUP BY ALL HAVING count(*) > 1
    UNION
    SELECT b.exchange, b.last_ts AS moment FROM bars b JOIN pieces p
    ON (b.exchange, b.bucket_us, b.last_ts) = (p.exchange, p.bucket_us, p.last_ts)
    GROUP BY ALL HAVING count(*) > 1
  ), ties AS MATERIALIZED (
    SELECT m.exchange, m.moment,
      first(t.price ORDER BY TRY_CAST(t.trade_id AS BIGINT) NULLS LAST, t.trade_id) AS open,
      last(t.price ORDER BY TRY_CAST(t.trade_id AS BIGINT) NULLS LAST, t.trade_id) AS close
    FROM trades t JOIN moments m ON t.exchange = m.exchange AND t.trade_ts = m.moment
    WHERE t.symbol = symbol AND schemahub_within(t.trade_ts, t.trade_date, "from", "to")
    GROUP BY ALL
  )
  SELECT b.exchange, make_timestamptz(b.bucket_us) AS bucket, coalesce(f.open, b.open) AS open, b.high, b.low,
    coalesce(l.close, b.close) AS close, b.volume, b.trades
  FROM bars b
  LEFT JOIN ties f ON f.exchange = b.exchange AND f.moment = b.first_ts
  LEFT JOIN ties l ON l.exchange = b.exchange AND l.moment = b.last_ts
  ORDER BY b.exchange, b.bucket_us;
