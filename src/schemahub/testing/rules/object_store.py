"""What an object store promises."""

from __future__ import annotations

from schemahub.testing.rules.rule import rules_of

OBJECT_STORE = rules_of(
    "CT-OBJ",
    (
        "What was put comes back byte for byte, and is listed with its size.",
        "Raw data is evidence: one altered byte and no digest, size or proof fits any more.",
        "Open files in binary mode; let no layer translate line ends or encodings.",
    ),
    (
        "An empty object is an object.",
        "Some backends drop empty bodies, or list them as folders; a marker file is lost with them.",
        "Store zero bytes as an object of size 0, listed like any other.",
    ),
    (
        "A binary stream is stored like bytes, and an open object can be read from anywhere.",
        "Parquet is read from its end, and large batches are not to be held in memory twice.",
        "Read a given stream to its end; return seekable binary files from `open`.",
    ),
    (
        "A large object comes back whole, at once and in pieces.",
        "Uploads in parts and ranged downloads go wrong at the seams, which small objects never meet.",
        "Look at part sizes and at ranges: they are inclusive at both ends in HTTP.",
    ),
    (
        "`put_new` never replaces what is stored, and says so.",
        "Two runners that write one batch rely on it; a store that overwrites loses the first one's bytes.",
        "Use the backend's create-only write (`If-None-Match: *`, link, O_EXCL), not exists-then-write.",
    ),
    (
        "What is not there is `NotFound`, with its key; deleting it is no error.",
        "A caller tells 'not yet written' from 'the network is down' by this class alone.",
        "Turn the backend's missing-key error, and a folder's name, into `NotFound`; make delete idempotent.",
    ),
    (
        "A deleted object is gone and its key is free.",
        "A store that only hides what was deleted lets a later put fail for ever.",
        "Delete for good, or treat a delete marker as nothing stored.",
    ),
    (
        "`put_if` without a version creates, and only what does not exist.",
        "The first checkpoint of a stream is created by several runners at once; one must win.",
        "Pass create-only to the backend where `version` is None, and raise `Conflict` with the key.",
    ),
    (
        "`put_if` replaces only the version that it was shown.",
        "Compare-and-set is what keeps checkpoints and manifests right without locks.",
        "Hand the version to the backend's conditional write (`If-Match`); never read, compare and write.",
    ),
    (
        "`put_if` against a version does not bring back what was deleted.",
        "A checkpoint that somebody deleted would rise again with an old state.",
        "A missing object with a version expected is a `Conflict`.",
    ),
    (
        "`put_if` replaces what `put_new` stored.",
        "An object's version must not depend on the call that stored it.",
        "Let `get` return the version that conditional writes compare with, for every object.",
    ),
    (
        "A key that leaves the lake is refused.",
        "Product ids come from exchanges; `../` in one must not write outside the lake's folder.",
        "Call `schemahub.object_store`'s key check before each write.",
    ),
    (
        "Listings ascend by the UTF-8 bytes of the whole key, from any start.",
        "Adoption after a crash and incremental transforms begin a listing in the middle.",
        "Sort by the encoded key, folders included; `start_after` is exclusive and need not exist.",
    ),
    (
        "`children` names each folder and object directly below a prefix once.",
        "Streams are found by it; without it every command would list every batch.",
        "Use the backend's delimiter listing, or leave the default, which is right and slow.",
    ),
    (
        "Of racing `put_new` calls exactly one wins, and its bytes stay.",
        "Unlocked runners do race; two winners mean that one batch was silently replaced.",
        "Write to a temporary name and link it, or use the backend's create-only write.",
    ),
    (
        "No update is lost by threads that count through compare-and-set.",
        "A lost update of a checkpoint forgets a gap or a covered range.",
        "Make compare and write one step of the backend, or hold a lock around both.",
    ),
    (
        "`put_new` and a creating `put_if` exclude each other.",
        "Two ways to create that do not see each other give two winners.",
        "Build both on the same create-only write.",
    ),
)
