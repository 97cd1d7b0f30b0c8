const x: string = process.version;
console.log(x, process.argv.slice(2));
process.on("SIGTERM", () => {
  console.log("term");
  process.exit(7);
});
process.on("SIGINT", () => {
  console.log("int");
  process.exit(9);
});
if (process.argv[2] === "wait") setTimeout(() => {}, 20000);
