import { BlockList, isIP } from "node:net";

/** IPv4 that leads to this machine, its network, a cloud's metadata or nowhere (IANA's special-purpose registry). */
const special4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32], // Azure's host, although the number looks public
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Of the global range 2000::/3, what carries another address inside (Teredo, 6to4) or is not routed. */
const special6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const listOf = (ranges: readonly (readonly [string, number])[], family: "ipv4" | "ipv6"): BlockList => {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family);
  return list;
};

const refused4 = listOf(special4, "ipv4");
const refused6 = listOf(special6, "ipv6");
const global6 = listOf([["2000::", 3]], "ipv6");

/**
 * Whether the IP address (not a name) is one of the public internet. Everything of IPv6 outside 2000::/3 is not:
 * loopback, local, multicast, and IPv4 written as IPv6 (mapped, compatible, NAT64).
 */
export const isPublicAddress = (address: string): boolean => {
  switch (isIP(address)) {
    case 4:
      return !refused4.check(address, "ipv4");
    case 6:
      return !address.includes("%") && global6.check(address, "ipv6") && !refused6.check(address, "ipv6");
    default:
      return false;
  }
};
