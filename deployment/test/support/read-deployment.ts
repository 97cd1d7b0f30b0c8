import { globSync, readFileSync } from "node:fs";
import path from "node:path";

export const deploymentFolder: string = path.resolve(import.meta.dirname, "../..");
export const repositoryFolder: string = path.resolve(deploymentFolder, "..");

/** A file of deployment/. */
export function readDeployment(file: string): string {
  return readFileSync(path.join(deploymentFolder, file), "utf8");
}

/** What is deployed, as paths from deployment/: not the programs and tests around it. */
export function deployedFiles(): readonly string[] {
  const files = globSync("{Dockerfile,Dockerfile.dockerignore,*.yaml,terraform/*.tf}", { cwd: deploymentFolder });
  return files.sort();
}
