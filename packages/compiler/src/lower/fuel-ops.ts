import { binary, call, getGlobal, i32, setGlobal, when } from "../function-ir/build-ops.ts";
import type { Op } from "../function-ir/ops.ts";

/** Takes one step of fuel. In line, since it stands in every loop. */
export const SPEND_ONE: readonly Op[] = [
  when(binary("i32.lt_s", getGlobal("fuel"), i32(1)), [call("out_of_fuel")]),
  setGlobal("fuel", binary("i32.sub", getGlobal("fuel"), i32(1))),
];
