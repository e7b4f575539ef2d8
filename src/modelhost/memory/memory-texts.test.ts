import { deepEqual, equal } from "node:assert/strict";
import {
  addressSpaceLimit,
  bytesOf,
  cgroupFolders,
  cgroupLimit,
  machineMemory,
  vmStatAvailable,
} from "./memory-texts.ts";

const gib = 1024 ** 3;

const meminfo = `MemTotal:       24684096 kB
MemFree:        23751988 kB
MemAvailable:   24188100 kB
Buffers:           27500 kB
Cached:           501112 kB
`;

const statV1 = `cache 9265152
rss 14221312
inactive_file 0
active_file 266240
hierarchical_memory_limit 4294967296
hierarchical_memsw_limit 9223372036854771712
total_cache 541380608
total_rss 25550848
total_inactive_file 390176768
total_active_file 132427776
`;

const statV2 = `anon 1203765248
file 5312577536
kernel 88305664
shmem 13697024
inactive_anon 1163448320
active_anon 41902080
inactive_file 3758096384
active_file 1540784128
unevictable 0
`;

const limits = `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max address space         8589934592           unlimited            bytes
Max file locks            unlimited            unlimited            locks
`;

const vmStat = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                                8420.
Pages active:                            310551.
Pages inactive:                          305210.
Pages speculative:                         3946.
Pages throttled:                              0.
Pages wired down:                        130014.
Pages purgeable:                           5071.
"Translation faults":                 903110412.
File-backed pages:                       191422.
`;

describe("what the system says of its memory", () => {
  it("is read from /proc/meminfo and /proc/self/status", () => {
    equal(bytesOf(meminfo, "MemTotal"), 24_684_096 * 1024);
    equal(bytesOf(meminfo, "MemAvailable"), 24_188_100 * 1024);
    equal(bytesOf("RssAnon:\t   40960 kB\n", "RssAnon"), 40_960 * 1024);
    equal(bytesOf("", "MemTotal"), undefined);
  });

  it("is looked for in the control groups of both versions, from the inside out", () => {
    const text = "12:cpu,cpuacct:/other\n4:memory:/jobs/7\n1:name=systemd:/\n0::/user.slice/app\n";
    deepEqual(
      cgroupFolders(text).map(({ folder, version }) => `${version} ${folder}`),
      [
        "1 /sys/fs/cgroup/memory/jobs/7",
        "1 /sys/fs/cgroup/memory/jobs",
        "1 /sys/fs/cgroup/memory",
        "2 /sys/fs/cgroup/user.slice/app",
        "2 /sys/fs/cgroup/user.slice",
        "2 /sys/fs/cgroup",
      ],
    );
    deepEqual(cgroupFolders("0::/../../other\n").at(-1), { folder: "/sys/fs/cgroup", version: 2 });
    deepEqual(cgroupFolders(""), []);
  });

  it("of a control group of version 2 is its limit, and its use without the cache of files and without models", () => {
    const texts = { max: "8589934592\n", usage: "6604648448\n", stat: statV2 };
    const used = 6_604_648_448 - 3_758_096_384 - 1_540_784_128;
    deepEqual(cgroupLimit(texts, 0), { totalBytes: 8 * gib, othersBytes: used });
    deepEqual(cgroupLimit(texts, 300e6), { totalBytes: 8 * gib, othersBytes: used - 300e6 });
    deepEqual(cgroupLimit(texts, 20e9), { totalBytes: 8 * gib, othersBytes: 0 });
    equal(cgroupLimit({ ...texts, max: "max\n" }, 0), null);
    equal(cgroupLimit({ max: "", usage: "", stat: "" }, 0), null);
  });

  it("of a control group of version 1 is the lowest limit around it, with the groups inside it", () => {
    const texts = { max: "9223372036854771712\n", usage: "600000000\n", stat: statV1 };
    deepEqual(cgroupLimit(texts, 0), {
      totalBytes: 4 * gib,
      othersBytes: 600_000_000 - 390_176_768 - 132_427_776,
    });
    equal(cgroupLimit({ ...texts, stat: statV1.replace("4294967296", "9223372036854771712") }, 0), null);
  });

  it("of a process is the limit of its address space", () => {
    equal(addressSpaceLimit(limits), 8 * gib);
    equal(addressSpaceLimit(limits.replace("8589934592", "unlimited ")), null);
    equal(addressSpaceLimit(""), null);
  });

  it("on macOS counts what it takes back without writing as available", () => {
    equal(vmStatAvailable(vmStat), (8420 + 305_210 + 3946 + 5071) * 16_384);
    equal(vmStatAvailable(""), 0);
  });
});

describe("machineMemory", () => {
  it("leaves what the tightest limit leaves", () => {
    const machine = { totalBytes: 32e9, othersBytes: 30e9 };
    const group = { totalBytes: 8e9, othersBytes: 1e9 };
    deepEqual(machineMemory([machine, group]), { totalBytes: 8e9, othersBytes: 6e9, reserveBytes: 1.5e9 });
    deepEqual(machineMemory([{ ...machine, othersBytes: 2e9 }, group]).othersBytes, 1e9);
    deepEqual(machineMemory([{ ...machine, othersBytes: -5e6 }]).othersBytes, 0);
  });

  it("never has more in use than there is", () => {
    const full = { totalBytes: 8e9, othersBytes: 9e9 };
    equal(machineMemory([{ totalBytes: 32e9, othersBytes: 0 }, full]).othersBytes, 8e9);
  });
});
