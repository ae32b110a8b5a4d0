import { givenSchema } from '../schema/config.ts';
import { ownMachineSchema } from '../schema/machine/own.ts';
import { jsonSchemaOf, type Schema } from './leaves.ts';

/** What the settings page makes its form of: all that may be given from afar, but for the scheduler, which is shown elsewhere. */
export const formSchema: Schema = jsonSchemaOf(givenSchema.omit({ scheduler: true }));

/** The same for settings of the machine that may be entered on the box's page. */
export const machineFormSchema: Schema = jsonSchemaOf(ownMachineSchema);
