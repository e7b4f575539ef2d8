// What the floor knows. It is small on purpose: a seat belt against the worst, while the sandbox is the boundary.

/** Programs that run what stands behind their own options. */
export const wrappers: ReadonlySet<string> = new Set([
  ...["sudo", "doas", "env", "nice", "nohup", "timeout", "time", "xargs", "command", "exec", "builtin", "busybox"],
  ...["toybox", "stdbuf", "setsid", "ionice", "chroot", "unshare", "watch", "parallel", "runuser", "flock", "strace"],
  ...["ltrace", "taskset", "chrt", "nsenter", "caffeinate", "firejail", "setarch", "fakeroot", "pkexec", "systemd-run"],
  ...["coproc", "then", "do", "else", "gtimeout", "rtk", "winpty", "wsl", "gosu", "su-exec", "setpriv", "numactl"],
]);

/** Programs that run a text as a script. */
export const shells: ReadonlySet<string> = new Set([
  "sh",
  "bash",
  "zsh",
  "dash",
  "ksh",
  "ash",
  "fish",
  "mksh",
  "rbash",
  "su",
  "eval",
  "script",
  "trap",
]);

export const interpreters = /^(python|perl|ruby|node|php|lua|tclsh|deno|bun)[\d.]*$/;

/** Folders without which a system does not run. Below /home and /Users lie other people. */
export const systemFolders: ReadonlySet<string> = new Set([
  ...["/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib32", "/lib64", "/media", "/mnt", "/opt", "/proc"],
  ...["/root", "/run", "/sbin", "/srv", "/sys", "/usr", "/var", "/nix", "/snap", "/usr/bin", "/usr/lib", "/usr/local"],
  ...["/usr/sbin", "/usr/share", "/var/lib", "/var/log", "/users", "/system", "/library", "/applications", "/volumes"],
  ...["/private", "/private/etc", "/private/var", "/cores", "/efi", "/boot/efi", "/usr/local/bin", "/usr/local/lib"],
]);

/** Devices whose bytes are a disk or memory are all that are not these. */
export const harmlessDevices =
  /^\/dev\/(null|zero|full|tty|ptmx|u?random|std(in|out|err)|fd(\/.*)?|pts\/.*|shm\/.*|tcp\/.*|udp\/.*|mqueue\/.*)$/;

/** Programs that make a disk empty when they get one. */
export const diskPrograms =
  /^(mkfs(\..*)?|mke2fs|mkswap|wipefs|blkdiscard|shred|sfdisk|fdisk|sgdisk|gdisk|cfdisk|parted|hdparm|badblocks|cryptsetup|newfs.*|pvcreate|nvme|scrub|zpool)$/;

/** Programs that write to their operands; `last`: to the last one. */
export const writers: Readonly<Record<string, "all" | "last">> = {
  ...{ tee: "all", touch: "all", truncate: "all", sed: "all", perl: "all", sponge: "all", dd: "all", patch: "all" },
  ...{ cp: "last", mv: "last", ln: "last", install: "last", rsync: "last", scp: "last", gcp: "last", gmv: "last" },
};

/** Programs that send what they get. */
export const senders: ReadonlySet<string> = new Set([
  ...["curl", "wget", "nc", "ncat", "netcat", "socat", "ssh", "scp", "sftp", "rsync", "ftp", "tftp", "telnet", "ping"],
  ...[
    "dig",
    "nslookup",
    "host",
    "openssl",
    "http",
    "https",
    "xh",
    "aria2c",
    "lftp",
    "mail",
    "sendmail",
    "mutt",
    "rclone",
  ],
  ...["drill", "resolvectl", "whois", "traceroute", "curlie", "wget2", "gh", "aws", "gsutil", "az", "nping", "ping6"],
]);

/** Options of senders whose value is a key that is used, not sent. */
export const keyOptions: ReadonlySet<string> = new Set(["-i", "--cert", "--key", "--cacert", "-E", "--identity"]);
