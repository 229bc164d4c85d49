//! Networks: whether an address lies in `10.0.0.0/8`.
//!
//! Search Reference, search: a value of `a.b.c.d/n` form performs "a CIDR match on a field that contains IPv4 and
//! IPv6 addresses". A text that is no address lies in no network.

use std::net::IpAddr;

use ipnet::IpNet;

/// The network that a text is: an address, a slash and a length. Bits of the host are cut off.
///
/// ```
/// use splc::event::network::{holds, parse};
/// let network = parse("10.1.2.3/8").unwrap();
/// assert!(holds(network, "10.200.0.1"));
/// assert!(!holds(network, "11.0.0.1"));
/// assert!(parse("10.0.0.1").is_none());
/// ```
pub fn parse(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().ok().map(|network| network.trunc())
}

/// Whether the text is an address in the network.
pub fn holds(network: IpNet, text: &str) -> bool {
    text.parse::<IpAddr>().is_ok_and(|address| network.contains(&address))
}
