/**
 * A network for policies that ask it in the middle of an evaluation: `http.send` and `net.lookup_ip_addr` as grants. In: where policies may send to. Out: functions that answer in the same turn, by way of a thread of
 * their own. It runs on Node's worker threads, and it blocks the thread that evaluates for as long as an answer takes. Nothing that the options do not name is asked.
 */
export { createNetwork, type Network, type NetworkOptions } from "./create-network.ts";
