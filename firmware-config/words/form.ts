import { givenSchema } from '../schema/config.ts';
import { ownMachineSchema } from '../schema/machine/own.ts';
import { jsonSchemaOf, type Schema } from './leaves.ts';

/**
 * Schema of the form on the settings page: all settings that can be changed remotely, except the scheduler, which has a
 * form of its own.
 */
export const formSchema: Schema = jsonSchemaOf(givenSchema.omit({ scheduler: true }));

/** Schema of the form for settings of the machine that may be entered on the box's page. */
export const machineFormSchema: Schema = jsonSchemaOf(ownMachineSchema);
