/** Links that save the files of a recording. */
import { formatSize } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import { messages } from '../../i18n/language.ts';
import { downloadsOf, downloadUrl, type Recording, type RecordingFile } from './recording.ts';
import { shelf } from './recordings-model.ts';

export function Downloads({ recording }: { recording: Recording }) {
  return (
    <ul class="downloads" aria-label={messages.value.recordings.downloads}>
      {downloadsOf(recording).map((file) => (
        <li key={file.name}>
          <DownloadLink file={file} />
        </li>
      ))}
    </ul>
  );
}

function DownloadLink({ file }: { file: RecordingFile }) {
  const texts = messages.value.recordings;
  const { name, extension, size, url } = file;
  const label = texts.download(texts.saveFile(extension, formatSize(size)));
  // The `download` attribute counts on this origin alone: elsewhere a new tab keeps the page.
  const isHere = new URL(url, location.href).origin === location.origin;
  return (
    <a
      class="download"
      href={downloadUrl(url, location.origin)}
      {...(isHere ? { download: '' } : { target: '_blank', rel: 'noopener noreferrer' })}
      aria-label={label}
      title={label}
      onClick={(event) => {
        if (!shelf.areLinksOld) return;
        event.preventDefault();
        void followRenewed(event.currentTarget);
      }}
      data-testid="download"
      data-name={name}
    >
      <Icon name="download" />
      {extension.toUpperCase()}
    </a>
  );
}

/** Asks for new links first: the old one may have ended. */
async function followRenewed(link: HTMLAnchorElement): Promise<void> {
  await shelf.renewLinks();
  if (shelf.areLinksOld) return;
  // By the next frame the link has its new address.
  requestAnimationFrame(() => link.click());
}
