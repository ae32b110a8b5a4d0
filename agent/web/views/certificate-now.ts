/** The present certificate. */
export interface CertificateNow {
  from: 'self-signed' | 'installed';
  subject: string;
  issuer: string;
  names: string;
  fromMs: number;
  untilMs: number;
  fingerprint: string;
}
