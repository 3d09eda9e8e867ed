import { z } from 'zod';

export const stepIds = [
  'solution',
  'application',
  'applicationUserAndRole',
  'keyAndProof',
  'serviceUser',
  'licence',
  'userRole',
  'passwordAndProof',
] as const;
export const stepIdSchema = z.enum(stepIds);
export type StepId = z.infer<typeof stepIdSchema>;
