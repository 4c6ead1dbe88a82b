#!/usr/bin/env python3
"""Makes the files of this folder with pyarrow: the same rows in every compression, page version and encoding."""
import pyarrow as pa
import pyarrow.parquet as pq

TEXTS = ["row %d ü %s" % (i, "long " * (i % 50)) if i % 7 else "same text" for i in range(100)]
ROWS = pa.table({
    "id": pa.array(range(100), pa.int64()),
    "text": pa.array(TEXTS, pa.string()),
    "tags": pa.array([["a"] * (i % 3) for i in range(100)]),
    "meta": pa.array([{"content": "inner %d" % i, "n": i} for i in range(100)]),
})
CHATS = pa.table({"messages": pa.array([
    [{"role": "user", "content": "question %d" % i}, {"role": "assistant", "content": "answer %d" % i}] * (1 + i % 3)
    for i in range(30)])})
SMALL_PAGES = dict(data_page_size=400, write_batch_size=10, row_group_size=40)

for codec in ["none", "snappy", "gzip", "zstd", "lz4"]:
    pq.write_table(ROWS, codec + ".parquet", compression=codec, **SMALL_PAGES)
pq.write_table(ROWS, "brotli.parquet", compression="brotli", **SMALL_PAGES)
pq.write_table(ROWS, "v2.parquet", compression="zstd", data_page_version="2.0", **SMALL_PAGES)
pq.write_table(ROWS, "plain.parquet", compression="none", use_dictionary=False, **SMALL_PAGES)
for encoding in ["DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"]:
    for version in ["1.0", "2.0"]:
        pq.write_table(ROWS, encoding.lower() + "-v" + version[0] + ".parquet", compression="snappy", use_dictionary=False,
                       column_encoding={"text": encoding}, data_page_version=version, **SMALL_PAGES)
required = pa.schema([pa.field("text", pa.large_string(), nullable=False)])
pq.write_table(pa.table({"text": pa.array(TEXTS, pa.large_string())}, schema=required), "required.parquet", **SMALL_PAGES)
pq.write_table(pa.table({"text": pa.array(["a", None, "c"])}), "null.parquet")
pq.write_table(pa.table({"text": pa.array([], pa.string())}), "empty.parquet")
pq.write_table(CHATS, "chat.parquet", data_page_size=100, write_batch_size=3, row_group_size=11)
pq.write_table(CHATS, "chat-v2.parquet", data_page_size=100, write_batch_size=3, row_group_size=11, data_page_version="2.0")
