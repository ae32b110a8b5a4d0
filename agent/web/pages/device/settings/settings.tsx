import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { usePage } from '../page-context.ts';
import { useUnsaved } from '../unsaved.tsx';
import { hrefOf, whereabouts } from '../route.ts';
import { useCurrentInView } from '../in-view.ts';
import { texts as pages } from '../device-texts.ts';
import { AccountsPage } from './machine/accounts.tsx';
import { ApplyBar } from './apply-bar.tsx';
import { BackupPage } from './machine/backup.tsx';
import { CertificatePage } from './machine/certificate.tsx';
import { openSettingsDraft, SettingsContext } from './settings-draft.ts';
import { LogPage } from './machine/log.tsx';
import { texts } from './settings-texts.ts';
import { FORM_SECTIONS, type FormSection } from './section-keys.ts';
import { FormSectionPage, MachinePage } from './sections.tsx';
import { SchedulerPage, StoragePage, TimePage } from './machine/machine-settings.tsx';
import { Search } from './search.tsx';
import { ServicePage } from './machine/service.tsx';
import './settings.css';

const PAGES = {
  scheduling: SchedulerPage,
  storage: StoragePage,
  time: TimePage,
  machine: MachinePage,
  accounts: AccountsPage,
  certificate: CertificatePage,
  backup: BackupPage,
  log: LogPage,
  service: ServicePage,
} as const satisfies Record<string, () => VNode | null>;
type Section = FormSection | keyof typeof PAGES;

const ALL: readonly Section[] = [...FORM_SECTIONS, ...(Object.keys(PAGES) as (keyof typeof PAGES)[])];
const isForm = (section: Section): section is FormSection => (FORM_SECTIONS as readonly string[]).includes(section);

/** The page *Settings*: all settings, and the care of the box as a whole. */
export function Settings() {
  const { api, session } = usePage();
  const settings = useMemo(() => openSettingsDraft(api), []);
  useEffect(() => {
    if (session.access === 'admin') void settings.load();
  }, []);
  useUnsaved(settings.changed.value.size > 0, ({ place }) => place === 'settings');
  const section = ALL.find((one) => one === whereabouts.value.rest[0]) ?? 'hall';
  const row = useCurrentInView(section);
  const Page = isForm(section) ? undefined : PAGES[section];
  if (session.access !== 'admin') {
    return (
      <>
        <h1>{pages.settings}</h1>
        <p>{texts.adminOnly}</p>
      </>
    );
  }
  return (
    <SettingsContext.Provider value={settings}>
      <div class="settings">
        <header class="page-head">
          <h1>{pages.settings}</h1>
          <Search />
        </header>
        <nav ref={row} aria-label={texts.sections}>
          <ul>
            {ALL.map((one) => (
              <li key={one}>
                <a href={hrefOf('settings', one)} aria-current={one === section ? 'page' : undefined}>
                  {texts[one]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <section class="section" aria-labelledby="section">
          <h2 id="section">{texts[section]}</h2>
          {isForm(section) ? <FormSectionPage key={section} section={section} /> : Page && <Page />}
        </section>
        <ApplyBar />
      </div>
    </SettingsContext.Provider>
  );
}
