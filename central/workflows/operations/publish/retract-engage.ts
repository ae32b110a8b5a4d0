import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { ENGAGE, retract } from './publishing.ts';

/** `retract-engage`: takes back what viewers see, at once and wholly. */
export const retractEngage = (needs: OperationNeeds): Operation => ({
  id: 'retract-engage',
  weight: 'light',
  run: (context) => retract(needs, context, ENGAGE),
});
