import type { SandboxRequest, SandboxService } from '../service.ts';

/** What stands on one origin, by the beginning of the path; the first that fits answers. */
export type Mounts = readonly (readonly [prefix: string, service: SandboxService])[];

/** One service out of several; each sees the path below its own prefix, an unknown path is 404 with an empty body. */
export function mount(mounts: Mounts): SandboxService {
  return (request) => {
    const found = mounts.find(([prefix]) => isBelow(request.path, prefix));
    if (found === undefined) return { status: 404 };
    const [prefix, service] = found;
    return service(below(request, prefix));
  };
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`) || prefix === '';
}

function below(request: SandboxRequest, prefix: string): SandboxRequest {
  return { ...request, path: request.path.slice(prefix.length) };
}
