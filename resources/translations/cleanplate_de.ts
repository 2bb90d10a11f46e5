<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Cleanplate</source>
        <translation>Über Cleanplate</translation>
    </message>
    <message>
        <source>Removes objects from video and fills in what they hid. Apache License 2.0. Uses Qt under the LGPL 3.</source>
        <translation>Entfernt Objekte aus Videos und ergänzt, was sie verdeckten. Apache-Lizenz 2.0. Verwendet Qt unter der LGPL 3.</translation>
    </message>
    <message>
        <source>Versions and devices</source>
        <translation>Versionen und Geräte</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>looking up versions</source>
        <translation>das Nachschlagen der Versionen</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>100 %</source>
        <translation>100 %</translation>
    </message>
    <message>
        <source>A PNG a frame</source>
        <translation>Ein PNG je Bild</translation>
    </message>
    <message>
        <source>A clip or a project</source>
        <translation>Ein Clip oder ein Projekt</translation>
    </message>
    <message>
        <source>A curve with points that move over time</source>
        <translation>Eine Kurve, deren Punkte sich mit der Zeit bewegen</translation>
    </message>
    <message>
        <source>A frame, a time code, or +30</source>
        <translation>Ein Bild, ein Timecode oder +30</translation>
    </message>
    <message>
        <source>A matte clip, or an image</source>
        <translation>Ein Matte-Clip oder ein Bild</translation>
    </message>
    <message>
        <source>About Cleanplate</source>
        <translation>Über Cleanplate</translation>
    </message>
    <message>
        <source>An anchor that can be tracked; the shapes go</source>
        <translation>Ein Anker, der sich verfolgen lässt; die Formen verschwinden</translation>
    </message>
    <message>
        <source>As this frame&apos;s mask</source>
        <translation>Als Maske dieses Bilds</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>Rahmen</translation>
    </message>
    <message>
        <source>Bring this frame back retouched…</source>
        <translation>Bild retuschiert zurückholen…</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Clear in and out</source>
        <translation>In und Out löschen</translation>
    </message>
    <message>
        <source>Clear the range&apos;s masks</source>
        <translation>Masken des Bereichs löschen</translation>
    </message>
    <message>
        <source>Clear this frame&apos;s mask</source>
        <translation>Maske dieses Bilds löschen</translation>
    </message>
    <message>
        <source>Click a colour; Alt cuts</source>
        <translation>Auf eine Farbe klicken; Alt nimmt weg</translation>
    </message>
    <message>
        <source>Click corners; Enter ends</source>
        <translation>Ecken klicken; Enter beendet</translation>
    </message>
    <message>
        <source>Clone brush</source>
        <translation>Kopierpinsel</translation>
    </message>
    <message>
        <source>Clones, and fits the light</source>
        <translation>Kopiert und gleicht das Licht an</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Colour wand</source>
        <translation>Zauberstab</translation>
    </message>
    <message>
        <source>Copy mask</source>
        <translation>Maske kopieren</translation>
    </message>
    <message>
        <source>Copy this mask to the range</source>
        <translation>Maske auf den Bereich kopieren</translation>
    </message>
    <message>
        <source>Delete object</source>
        <translation>Objekt löschen</translation>
    </message>
    <message>
        <source>Delete the shape</source>
        <translation>Form löschen</translation>
    </message>
    <message>
        <source>Delete this frame&apos;s reference</source>
        <translation>Referenz dieses Bilds löschen</translation>
    </message>
    <message>
        <source>Difference ×8</source>
        <translation>Differenz ×8</translation>
    </message>
    <message>
        <source>Drag a box round the object</source>
        <translation>Einen Rahmen um das Objekt ziehen</translation>
    </message>
    <message>
        <source>Draw round; Alt takes away</source>
        <translation>Umfahren; Alt nimmt weg</translation>
    </message>
    <message>
        <source>Draws it anew along the picture&apos;s edges</source>
        <translation>Zeichnet ihn an den Kanten des Bilds entlang neu</translation>
    </message>
    <message>
        <source>Erase the mask; [ ] size</source>
        <translation>Maske radieren; [ ] Größe</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>Radierer</translation>
    </message>
    <message>
        <source>Esc does it as well</source>
        <translation>Esc tut dasselbe</translation>
    </message>
    <message>
        <source>Export masks…</source>
        <translation>Masken exportieren…</translation>
    </message>
    <message>
        <source>Export the frame…</source>
        <translation>Bild exportieren…</translation>
    </message>
    <message>
        <source>Exports</source>
        <translation>Exporte</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>F11 fills its screen</source>
        <translation>F11 füllt seinen Bildschirm</translation>
    </message>
    <message>
        <source>First frame</source>
        <translation>Erstes Bild</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Flip between two results</source>
        <translation>Zwischen zwei Ergebnissen wechseln</translation>
    </message>
    <message>
        <source>Follow the render</source>
        <translation>Dem Rendern folgen</translation>
    </message>
    <message>
        <source>For logos and signs</source>
        <translation>Für Logos und Schilder</translation>
    </message>
    <message>
        <source>For the screen only</source>
        <translation>Nur für den Bildschirm</translation>
    </message>
    <message>
        <source>From in to out, again</source>
        <translation>Von In bis Out, immer wieder</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Go to in point</source>
        <translation>Zum In-Punkt</translation>
    </message>
    <message>
        <source>Go to out point</source>
        <translation>Zum Out-Punkt</translation>
    </message>
    <message>
        <source>Go to…</source>
        <translation>Gehe zu…</translation>
    </message>
    <message>
        <source>Half-resolution draft</source>
        <translation>Entwurf in halber Auflösung</translation>
    </message>
    <message>
        <source>Heal brush</source>
        <translation>Reparaturpinsel</translation>
    </message>
    <message>
        <source>Import a folder of masks…</source>
        <translation>Ordner mit Masken importieren…</translation>
    </message>
    <message>
        <source>Import masks…</source>
        <translation>Masken importieren…</translation>
    </message>
    <message>
        <source>Its hole counts as seen and is carried both ways</source>
        <translation>Sein Loch gilt als gesehen und wird in beide Richtungen getragen</translation>
    </message>
    <message>
        <source>Keep this result…</source>
        <translation>Dieses Ergebnis behalten…</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Keyed box</source>
        <translation>Bewegter Rahmen</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>Größerer Pinsel</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>Lasso</translation>
    </message>
    <message>
        <source>Last frame</source>
        <translation>Letztes Bild</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Live works at half the size: quicker and softer; an export never uses it</source>
        <translation>Live rechnet in halber Größe: schneller und weicher; ein Export benutzt das nie</translation>
    </message>
    <message>
        <source>Look through a LUT…</source>
        <translation>Durch eine LUT ansehen…</translation>
    </message>
    <message>
        <source>Looks both ways in time: the best quality</source>
        <translation>Schaut vor und zurück in der Zeit: die beste Qualität</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>Schleife</translation>
    </message>
    <message>
        <source>Masks filled</source>
        <translation>Masken gefüllt</translation>
    </message>
    <message>
        <source>Masks hidden</source>
        <translation>Masken verborgen</translation>
    </message>
    <message>
        <source>Masks outlined</source>
        <translation>Masken umrandet</translation>
    </message>
    <message>
        <source>Matte</source>
        <translation>Matte</translation>
    </message>
    <message>
        <source>Move object down</source>
        <translation>Objekt nach unten</translation>
    </message>
    <message>
        <source>Move object up</source>
        <translation>Objekt nach oben</translation>
    </message>
    <message>
        <source>New object</source>
        <translation>Neues Objekt</translation>
    </message>
    <message>
        <source>Next anchor frame</source>
        <translation>Nächstes Ankerbild</translation>
    </message>
    <message>
        <source>Next doubtful frame</source>
        <translation>Nächstes zweifelhaftes Bild</translation>
    </message>
    <message>
        <source>Next marker</source>
        <translation>Nächste Marke</translation>
    </message>
    <message>
        <source>Next overlay</source>
        <translation>Nächste Überlagerung</translation>
    </message>
    <message>
        <source>No LUT</source>
        <translation>Keine LUT</translation>
    </message>
    <message>
        <source>Objects panel</source>
        <translation>Objektliste</translation>
    </message>
    <message>
        <source>One frame back</source>
        <translation>Ein Bild zurück</translation>
    </message>
    <message>
        <source>One frame on</source>
        <translation>Ein Bild weiter</translation>
    </message>
    <message>
        <source>Open the demo clip</source>
        <translation>Demo-Clip öffnen</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen…</translation>
    </message>
    <message>
        <source>PNG or TIFF</source>
        <translation>PNG oder TIFF</translation>
    </message>
    <message>
        <source>PNG with the fill, for another program</source>
        <translation>PNG mit der Füllung, für ein anderes Programm</translation>
    </message>
    <message>
        <source>Paint the fill; Alt-click copies</source>
        <translation>Die Füllung malen; Alt-Klick wählt die Quelle</translation>
    </message>
    <message>
        <source>Paint the mask; [ ] size</source>
        <translation>Maske malen; [ ] Größe</translation>
    </message>
    <message>
        <source>Paste mask</source>
        <translation>Maske einfügen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Pause rendering</source>
        <translation>Rendern anhalten</translation>
    </message>
    <message>
        <source>Pick an object, move its box</source>
        <translation>Ein Objekt wählen, seinen Rahmen bewegen</translation>
    </message>
    <message>
        <source>Pixel for pixel</source>
        <translation>Pixel für Pixel</translation>
    </message>
    <message>
        <source>Play backward, again: faster</source>
        <translation>Rückwärts, noch einmal: schneller</translation>
    </message>
    <message>
        <source>Play forward, again: faster</source>
        <translation>Vorwärts, noch einmal: schneller</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>Wiedergabe oder Pause</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>Polygon</translation>
    </message>
    <message>
        <source>Preferences…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Previous anchor frame</source>
        <translation>Voriges Ankerbild</translation>
    </message>
    <message>
        <source>Previous doubtful frame</source>
        <translation>Voriges zweifelhaftes Bild</translation>
    </message>
    <message>
        <source>Previous marker</source>
        <translation>Vorige Marke</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Refine the mask&apos;s edge</source>
        <translation>Maskenrand verfeinern</translation>
    </message>
    <message>
        <source>Render range</source>
        <translation>Bereich rendern</translation>
    </message>
    <message>
        <source>Renders on from the playhead whenever a mask changes</source>
        <translation>Rendert ab dem Abspielkopf weiter, sobald sich eine Maske ändert</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>Projekt speichern</translation>
    </message>
    <message>
        <source>Save project as…</source>
        <translation>Projekt speichern unter…</translation>
    </message>
    <message>
        <source>Second viewer</source>
        <translation>Zweite Ansicht</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>Auswählen</translation>
    </message>
    <message>
        <source>Select nothing</source>
        <translation>Nichts auswählen</translation>
    </message>
    <message>
        <source>Set in point</source>
        <translation>In-Punkt setzen</translation>
    </message>
    <message>
        <source>Set or clear a marker</source>
        <translation>Marke setzen oder löschen</translation>
    </message>
    <message>
        <source>Set or delete a shape key</source>
        <translation>Form-Key setzen oder löschen</translation>
    </message>
    <message>
        <source>Set out point</source>
        <translation>Out-Punkt setzen</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>Nebeneinander</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>Kleinerer Pinsel</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Source left, result right</source>
        <translation>Links die Quelle, rechts das Ergebnis</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Ten frames back</source>
        <translation>Zehn Bilder zurück</translation>
    </message>
    <message>
        <source>Ten frames on</source>
        <translation>Zehn Bilder weiter</translation>
    </message>
    <message>
        <source>The viewer shows each frame as it gets done</source>
        <translation>Die Ansicht zeigt jedes Bild, sobald es fertig ist</translation>
    </message>
    <message>
        <source>The whole clip in the timeline</source>
        <translation>Den ganzen Clip in der Zeitleiste</translation>
    </message>
    <message>
        <source>The whole picture</source>
        <translation>Das ganze Bild</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>Track backward</source>
        <translation>Rückwärts verfolgen</translation>
    </message>
    <message>
        <source>Track both ways</source>
        <translation>In beide Richtungen verfolgen</translation>
    </message>
    <message>
        <source>Track forward</source>
        <translation>Vorwärts verfolgen</translation>
    </message>
    <message>
        <source>Track one frame backward</source>
        <translation>Ein Bild zurück verfolgen</translation>
    </message>
    <message>
        <source>Track one frame forward</source>
        <translation>Ein Bild weiter verfolgen</translation>
    </message>
    <message>
        <source>Turn shapes into this frame&apos;s mask</source>
        <translation>Formen in die Maske dieses Bilds umwandeln</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>What is being exported, and the logs</source>
        <translation>Was exportiert wird, und die Protokolle</translation>
    </message>
    <message>
        <source>White is filled</source>
        <translation>Weiß wird gefüllt</translation>
    </message>
    <message>
        <source>Wipe</source>
        <translation>Trennlinie</translation>
    </message>
    <message>
        <source>Write this frame for retouching…</source>
        <translation>Bild zum Retuschieren schreiben…</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom into the timeline</source>
        <translation>Zeitleiste vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Zoom out of the timeline</source>
        <translation>Zeitleiste verkleinern</translation>
    </message>
</context>
<context>
    <name>Controller</name>
    <message>
        <source>showing a frame</source>
        <translation>das Anzeigen eines Bilds</translation>
    </message>
    <message>
        <source>showing frame {0}</source>
        <translation>das Anzeigen von Bild {0}</translation>
    </message>
    <message>
        <source>opening {0}</source>
        <translation>das Öffnen von {0}</translation>
    </message>
    <message>
        <source>Opening {0}…</source>
        <translation>{0} wird geöffnet…</translation>
    </message>
    <message>
        <source>preparing {0} for scrubbing</source>
        <translation>das Vorbereiten von {0} zum Scrubben</translation>
    </message>
    <message>
        <source>decoding sound</source>
        <translation>das Dekodieren des Tons</translation>
    </message>
    <message>
        <source>closing the clip</source>
        <translation>das Schließen des Clips</translation>
    </message>
    <message>
        <source>There is no mask in this frame to copy.</source>
        <translation>In diesem Bild gibt es keine Maske zum Kopieren.</translation>
    </message>
    <message>
        <source>Copied: paste it in another frame, or onto another object.</source>
        <translation>Kopiert: fügen Sie sie in einem anderen Bild oder bei einem anderen Objekt ein.</translation>
    </message>
    <message>
        <source>No mask was copied yet.</source>
        <translation>Es wurde noch keine Maske kopiert.</translation>
    </message>
    <message>
        <source>The copied mask is of a clip of another size.</source>
        <translation>Die kopierte Maske stammt aus einem Clip anderer Größe.</translation>
    </message>
    <message>
        <source>This mask is a shape: Shift+Del deletes it.</source>
        <translation>Diese Maske ist eine Form: Umschalt+Entf löscht sie.</translation>
    </message>
    <message>
        <source>There is no mask in this frame to refine: paint or draw one roughly.</source>
        <translation>In diesem Bild gibt es keine Maske zum Verfeinern: malen oder zeichnen Sie eine grob.</translation>
    </message>
    <message>
        <source>The mask&apos;s edge stays where it is: try a wider band, or a mask that is less thin.</source>
        <translation>Der Maskenrand bleibt, wo er ist: versuchen Sie ein breiteres Band oder eine weniger dünne Maske.</translation>
    </message>
    <message>
        <source>The mask&apos;s edge was drawn anew along the picture&apos;s.</source>
        <translation>Der Maskenrand wurde an den Kanten des Bilds entlang neu gezeichnet.</translation>
    </message>
    <message>
        <source>Refining the mask&apos;s edge…</source>
        <translation>Der Maskenrand wird verfeinert…</translation>
    </message>
    <message>
        <source>refining the mask</source>
        <translation>das Verfeinern der Maske</translation>
    </message>
</context>
<context>
    <name>Coverage</name>
    <message>
        <source>looking where {0} has masks</source>
        <translation>das Suchen der Masken von {0}</translation>
    </message>
</context>
<context>
    <name>DetailsDialog</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>DisplayLut</name>
    <message>
        <source>Look through a LUT</source>
        <translation>Durch eine LUT ansehen</translation>
    </message>
    <message>
        <source>LUTs (*.cube)</source>
        <translation>LUTs (*.cube)</translation>
    </message>
    <message>
        <source>reading {0}</source>
        <translation>das Lesen von {0}</translation>
    </message>
</context>
<context>
    <name>Editing</name>
    <message>
        <source>Object {0}</source>
        <translation>Objekt {0}</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>High</source>
        <translation>Hoch</translation>
    </message>
    <message>
        <source>Lossless</source>
        <translation>Verlustfrei</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>The cleaned clip</source>
        <translation>Der bereinigte Clip</translation>
    </message>
    <message>
        <source>The matte: white where something was filled</source>
        <translation>Die Matte: weiß, wo gefüllt wurde</translation>
    </message>
    <message>
        <source>The patches alone, on a transparent ground</source>
        <translation>Nur die Flicken, auf durchsichtigem Grund</translation>
    </message>
    <message>
        <source>Visually lossless</source>
        <translation>Sichtbar verlustfrei</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>What is written</source>
        <translation>Was geschrieben wird</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>The whole clip: {0} frames</source>
        <translation>Der ganze Clip: {0} Bilder</translation>
    </message>
    <message>
        <source>From in to out: {0} to {1}, {2} frames</source>
        <translation>Von In bis Out: {0} bis {1}, {2} Bilder</translation>
    </message>
    <message>
        <source>Number of the first picture</source>
        <translation>Nummer des ersten Bilds</translation>
    </message>
    <message>
        <source>File or folder to write</source>
        <translation>Datei oder Ordner, wohin geschrieben wird</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>First number</source>
        <translation>Erste Nummer</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Nach</translation>
    </message>
    <message>
        <source>What will be written</source>
        <translation>Was geschrieben wird</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>Say where to write: a file, or a folder for pictures.</source>
        <translation>Geben Sie an, wohin geschrieben wird: eine Datei, oder einen Ordner für Bilder.</translation>
    </message>
    <message>
        <source>planning the export</source>
        <translation>das Planen des Exports</translation>
    </message>
    <message>
        <source>Only frames {0} to {1}, from in to out, are cleaned; all others are written as they are.</source>
        <translation>Nur die Bilder {0} bis {1}, von In bis Out, werden bereinigt; alle anderen werden geschrieben, wie sie sind.</translation>
    </message>
    <message>
        <source>{0} exists already: you will be asked.</source>
        <translation>{0} gibt es schon: Sie werden gefragt.</translation>
    </message>
    <message>
        <source>estimating the size</source>
        <translation>das Schätzen der Größe</translation>
    </message>
    <message>
        <source>Estimating the size…</source>
        <translation>Die Größe wird geschätzt…</translation>
    </message>
    <message>
        <source>About {0}</source>
        <translation>Etwa {0}</translation>
    </message>
    <message>
        <source>The size cannot be told: {0}</source>
        <translation>Die Größe lässt sich nicht schätzen: {0}</translation>
    </message>
    <message>
        <source>{0} exists already. Replace it?</source>
        <translation>{0} gibt es schon. Ersetzen?</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
</context>
<context>
    <name>ExportList</name>
    <message>
        <source>Exports</source>
        <translation>Exporte</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Nothing was exported yet. Ctrl+E exports the clip.</source>
        <translation>Noch nichts exportiert. Strg+E exportiert den Clip.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Log…</source>
        <translation>Protokoll…</translation>
    </message>
    <message>
        <source>Take off the list</source>
        <translation>Aus der Liste nehmen</translation>
    </message>
    <message>
        <source>Take off all that are over</source>
        <translation>Alle beendeten aus der Liste nehmen</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}: {1}</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>runs: {0:.0%}</source>
        <translation>läuft: {0:.0%}</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>gestoppt</translation>
    </message>
    <message>
        <source>Progress of {0}</source>
        <translation>Fortschritt von {0}</translation>
    </message>
</context>
<context>
    <name>Exporting</name>
    <message>
        <source>exporting {0}</source>
        <translation>das Exportieren von {0}</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>Export läuft</translation>
    </message>
    <message>
        <source>writing {0}</source>
        <translation>das Schreiben von {0}</translation>
    </message>
    <message>
        <source>{0} is written.</source>
        <translation>{0} ist geschrieben.</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>{0} is finished: {1} frames.</source>
        <translation>{0} ist fertig: {1} Bilder.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>The export was stopped; finished frames are kept.</source>
        <translation>Der Export wurde gestoppt; fertige Bilder bleiben erhalten.</translation>
    </message>
</context>
<context>
    <name>Filmstrip</name>
    <message>
        <source>drawing the filmstrip</source>
        <translation>das Zeichnen des Filmstreifens</translation>
    </message>
</context>
<context>
    <name>HistoryMenu</name>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>As it was opened</source>
        <translation>Wie geöffnet</translation>
    </message>
    <message>
        <source>{0} (undone)</source>
        <translation>{0} (zurückgenommen)</translation>
    </message>
</context>
<context>
    <name>KeptResults</name>
    <message>
        <source>Result {0}</source>
        <translation>Ergebnis {0}</translation>
    </message>
    <message>
        <source>the present result</source>
        <translation>das jetzige Ergebnis</translation>
    </message>
    <message>
        <source>On screen: {0}</source>
        <translation>Auf dem Bildschirm: {0}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Open recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Kept results</source>
        <translation>Behaltene Ergebnisse</translation>
    </message>
    <message>
        <source>Main</source>
        <translation>Haupt</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Open a clip or a project</source>
        <translation>Einen Clip oder ein Projekt öffnen</translation>
    </message>
    <message>
        <source>Keep this result as</source>
        <translation>Dieses Ergebnis behalten als</translation>
    </message>
    <message>
        <source>Kept as {0}. A flips between it and the present result.</source>
        <translation>Als {0} behalten. A wechselt zwischen ihm und dem jetzigen Ergebnis.</translation>
    </message>
    <message>
        <source>The present result</source>
        <translation>Das jetzige Ergebnis</translation>
    </message>
    <message>
        <source>keeping the preferences</source>
        <translation>das Speichern der Einstellungen</translation>
    </message>
</context>
<context>
    <name>MaskFiles</name>
    <message>
        <source>Masks from a matte clip, or from an image for this frame</source>
        <translation>Masken aus einem Matte-Clip, oder aus einem Bild für dieses Bild</translation>
    </message>
    <message>
        <source>Masks from a folder of images, one for each frame</source>
        <translation>Masken aus einem Ordner, eine Datei je Bild</translation>
    </message>
    <message>
        <source>a new object</source>
        <translation>ein neues Objekt</translation>
    </message>
    <message>
        <source>reading masks from {0}</source>
        <translation>das Lesen der Masken aus {0}</translation>
    </message>
    <message>
        <source>Import mask</source>
        <translation>Maske importieren</translation>
    </message>
    <message>
        <source>{0} is the mask of frame {1} now.</source>
        <translation>{0} ist jetzt die Maske von Bild {1}.</translation>
    </message>
    <message>
        <source>{0} masks were read from {1}.</source>
        <translation>{0} Masken wurden aus {1} gelesen.</translation>
    </message>
    <message>
        <source>Masks of {0}: name a new folder</source>
        <translation>Masken von {0}: neuen Ordner benennen</translation>
    </message>
    <message>
        <source>writing masks to {0}</source>
        <translation>das Schreiben der Masken nach {0}</translation>
    </message>
    <message>
        <source>The masks are in {0}.</source>
        <translation>Die Masken liegen in {0}.</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>Playback</source>
        <translation>Wiedergabe</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Track</source>
        <translation>Verfolgen</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Zoom of the timeline</source>
        <translation>Zoom der Zeitleiste</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Details…</source>
        <translation>Einzelheiten…</translation>
    </message>
    <message>
        <source>Close the notice</source>
        <translation>Meldung schließen</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Something unexpected went wrong</source>
        <translation>Etwas Unerwartetes ist passiert</translation>
    </message>
    <message>
        <source>{0} failed</source>
        <translation>{0} ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>{0}: {1}. Your work is kept; try again, or look into the log ({2}).</source>
        <translation>{0}: {1}. Ihre Arbeit ist erhalten; versuchen Sie es noch einmal, oder sehen Sie im Protokoll nach ({2}).</translation>
    </message>
</context>
<context>
    <name>ObjectRow</name>
    <message>
        <source>Colour of the overlay</source>
        <translation>Farbe der Überlagerung</translation>
    </message>
    <message>
        <source>Name of the object</source>
        <translation>Name des Objekts</translation>
    </message>
    <message>
        <source>Show or hide the mask</source>
        <translation>Maske zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Lock against edits</source>
        <translation>Vor Änderungen schützen</translation>
    </message>
    <message>
        <source>Colour of {0}</source>
        <translation>Farbe von {0}</translation>
    </message>
    <message>
        <source>Colour {0}</source>
        <translation>Farbe {0}</translation>
    </message>
</context>
<context>
    <name>ObjectsPanel</name>
    <message>
        <source>Objects</source>
        <translation>Objekte</translation>
    </message>
    <message>
        <source>Nothing is marked yet.
Draw a box round what should go.</source>
        <translation>Noch ist nichts markiert.
Ziehen Sie einen Rahmen um das,
was verschwinden soll.</translation>
    </message>
    <message>
        <source>How far the hole reaches beyond the mask</source>
        <translation>Wie weit das Loch über die Maske hinausreicht</translation>
    </message>
    <message>
        <source>Width of the hole&apos;s soft border</source>
        <translation>Breite des weichen Rands des Lochs</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Keep: never fill over it</source>
        <translation>Behalten: nie überfüllen</translation>
    </message>
    <message>
        <source>What is done with the object</source>
        <translation>Was mit dem Objekt geschieht</translation>
    </message>
    <message>
        <source>Masks of so many frames on each side are united</source>
        <translation>So viele Masken auf jeder Seite werden vereinigt</translation>
    </message>
    <message>
        <source>Fill gaps</source>
        <translation>Lücken füllen</translation>
    </message>
    <message>
        <source>Fills gaps in tracked masks and drops dots beside them; painted masks are taken at their word</source>
        <translation>Füllt Lücken in verfolgten Masken und entfernt Punkte daneben; gemalte Masken gelten, wie sie sind</translation>
    </message>
    <message>
        <source>Do</source>
        <translation>Tun</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>Größer</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>Weich</translation>
    </message>
    <message>
        <source>Smooth</source>
        <translation>Glätten</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>auto</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Compute on</source>
        <translation>Rechnen auf</translation>
    </message>
    <message>
        <source>The graphics card, where there is one</source>
        <translation>Grafikkarte, wo es eine gibt</translation>
    </message>
    <message>
        <source>The processor only</source>
        <translation>Nur Prozessor</translation>
    </message>
    <message>
        <source>Save automatically every</source>
        <translation>Automatisch speichern alle</translation>
    </message>
    <message>
        <source>Keep finished frames up to</source>
        <translation>Fertige Bilder behalten bis</translation>
    </message>
    <message>
        <source>Memory for pictures</source>
        <translation>Speicher für Bilder</translation>
    </message>
    <message>
        <source>Let the graphics card decode for the screen, where it is exact</source>
        <translation>Die Grafikkarte für den Bildschirm dekodieren lassen, wo sie exakt ist</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Folder of finished frames</source>
        <translation>Ordner der fertigen Bilder</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>in the folder</source>
        <translation>im Ordner</translation>
    </message>
    <message>
        <source>Language, device, memory and the cache change when Cleanplate starts again.</source>
        <translation>Sprache, Gerät, Speicher und Cache gelten ab dem nächsten Start von Cleanplate.</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>FFV1, lossless</source>
        <translation>FFV1, verlustfrei</translation>
    </message>
    <message>
        <source>H.264, for the web and everywhere</source>
        <translation>H.264, fürs Web und überall</translation>
    </message>
    <message>
        <source>H.265, 10 bit</source>
        <translation>H.265, 10 Bit</translation>
    </message>
    <message>
        <source>Match the source</source>
        <translation>Wie die Quelle</translation>
    </message>
    <message>
        <source>PNG pictures in a folder</source>
        <translation>PNG-Bilder in einem Ordner</translation>
    </message>
    <message>
        <source>ProRes 422 HQ</source>
        <translation>ProRes 422 HQ</translation>
    </message>
    <message>
        <source>ProRes 4444, with transparency</source>
        <translation>ProRes 4444, mit Transparenz</translation>
    </message>
    <message>
        <source>TIFF pictures in a folder</source>
        <translation>TIFF-Bilder in einem Ordner</translation>
    </message>
</context>
<context>
    <name>Progress</name>
    <message>
        <source>Checking</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Judging the result</source>
        <translation>Ergebnis beurteilen</translation>
    </message>
    <message>
        <source>Looking at what is never shown</source>
        <translation>Nie Gezeigtes suchen</translation>
    </message>
    <message>
        <source>Looking for cuts</source>
        <translation>Schnitte suchen</translation>
    </message>
    <message>
        <source>Preparing to scrub</source>
        <translation>Scrubben vorbereiten</translation>
    </message>
    <message>
        <source>Reading masks</source>
        <translation>Masken lesen</translation>
    </message>
    <message>
        <source>Rendering</source>
        <translation>Rendern</translation>
    </message>
    <message>
        <source>Rendering live</source>
        <translation>Live rendern</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Tracking</source>
        <translation>Verfolgen</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Schreiben</translation>
    </message>
</context>
<context>
    <name>Projects</name>
    <message>
        <source>starting the autosave</source>
        <translation>das Starten der automatischen Speicherung</translation>
    </message>
    <message>
        <source>reading the recent files</source>
        <translation>das Lesen der zuletzt geöffneten Dateien</translation>
    </message>
    <message>
        <source>Cleanplate did not close properly. Your work on {0} was saved at {1}.</source>
        <translation>Cleanplate wurde nicht richtig beendet. Ihre Arbeit an {0} wurde um {1} gespeichert.</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>discarding the old session</source>
        <translation>das Verwerfen der alten Sitzung</translation>
    </message>
    <message>
        <source>Where is {0} now?</source>
        <translation>Wo ist {0} jetzt?</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>opening {0}</source>
        <translation>das Öffnen von {0}</translation>
    </message>
    <message>
        <source>noting the file</source>
        <translation>das Vermerken der Datei</translation>
    </message>
    <message>
        <source>Save the project</source>
        <translation>Projekt speichern</translation>
    </message>
    <message>
        <source>Cleanplate projects (*{0})</source>
        <translation>Cleanplate-Projekte (*{0})</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>{0} gespeichert</translation>
    </message>
    <message>
        <source>saving {0}</source>
        <translation>das Speichern von {0}</translation>
    </message>
    <message>
        <source>{0} is still being exported. Stop the export?</source>
        <translation>{0} wird noch exportiert. Den Export stoppen?</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>Export stoppen</translation>
    </message>
    <message>
        <source>saving automatically</source>
        <translation>die automatische Speicherung</translation>
    </message>
</context>
<context>
    <name>Quality</name>
    <message>
        <source>after</source>
        <translation>nach</translation>
    </message>
    <message>
        <source>before</source>
        <translation>vor</translation>
    </message>
    <message>
        <source>No frame {0} this one looks doubtful.</source>
        <translation>Kein Bild {0} diesem sieht zweifelhaft aus.</translation>
    </message>
    <message>
        <source>Frame {0}: {1}.</source>
        <translation>Bild {0}: {1}.</translation>
    </message>
    <message>
        <source>judging the result</source>
        <translation>das Beurteilen des Ergebnisses</translation>
    </message>
</context>
<context>
    <name>Questions</name>
    <message>
        <source>Dropped file</source>
        <translation>Abgelegte Datei</translation>
    </message>
    <message>
        <source>Read {0} as masks of {1}, or open it in place of this clip?</source>
        <translation>{0} als Masken von {1} lesen, oder anstelle dieses Clips öffnen?</translation>
    </message>
    <message>
        <source>Read masks</source>
        <translation>Masken lesen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Unsaved changes</source>
        <translation>Nicht gespeicherte Änderungen</translation>
    </message>
    <message>
        <source>Save the changes to {0}?</source>
        <translation>Änderungen an {0} speichern?</translation>
    </message>
    <message>
        <source>Masks and settings are lost without saving; finished frames are kept.</source>
        <translation>Ohne Speichern gehen Masken und Einstellungen verloren; fertige Bilder bleiben erhalten.</translation>
    </message>
</context>
<context>
    <name>References</name>
    <message>
        <source>Frame {0} was retouched by hand before its masks changed: where they are larger now, its picture stays. Paint it there, or delete its reference.</source>
        <translation>Bild {0} wurde von Hand retuschiert, bevor sich seine Masken änderten: wo sie jetzt größer sind, bleibt sein eigenes Bild. Malen Sie dort weiter, oder löschen Sie seine Referenz.</translation>
    </message>
    <message>
        <source>Go there</source>
        <translation>Dorthin</translation>
    </message>
    <message>
        <source>Delete reference</source>
        <translation>Referenz löschen</translation>
    </message>
    <message>
        <source>Frame {0} for retouching</source>
        <translation>Bild {0} zum Retuschieren</translation>
    </message>
    <message>
        <source>writing frame {0}</source>
        <translation>das Schreiben von Bild {0}</translation>
    </message>
    <message>
        <source>{0} shows the source: frame {1} is not filled yet. Render it first to retouch the fill.</source>
        <translation>{0} zeigt die Quelle: Bild {1} ist noch nicht gefüllt. Rendern Sie es zuerst, um die Füllung zu retuschieren.</translation>
    </message>
    <message>
        <source>Retouch {0}, then bring it back (Remove menu) in frame {1}.</source>
        <translation>Retuschieren Sie {0}, und holen Sie es in Bild {1} zurück (Menü Entfernen).</translation>
    </message>
    <message>
        <source>The retouched picture of this frame</source>
        <translation>Das retuschierte Bild</translation>
    </message>
    <message>
        <source>{0} is kept, but nothing is removed in frame {1}, so it changes nothing yet.</source>
        <translation>{0} wird behalten, aber in Bild {1} wird nichts entfernt: es ändert noch nichts.</translation>
    </message>
    <message>
        <source>{0} is the reference of frame {1}: switch on Live or render to carry it on.</source>
        <translation>{0} ist die Referenz von Bild {1}: Live oder Rendern trägt sie weiter.</translation>
    </message>
    <message>
        <source>reading {0}</source>
        <translation>das Lesen von {0}</translation>
    </message>
    <message>
        <source>This frame has no reference.</source>
        <translation>Dieses Bild hat keine Referenz.</translation>
    </message>
</context>
<context>
    <name>RemovalPanel</name>
    <message>
        <source>Track</source>
        <translation>Verfolgen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
</context>
<context>
    <name>Rendering</name>
    <message>
        <source>looking up finished frames</source>
        <translation>das Nachschlagen fertiger Bilder</translation>
    </message>
    <message>
        <source>rendering live</source>
        <translation>das Live-Rendern</translation>
    </message>
    <message>
        <source>The range is rendered once the tracking is done.</source>
        <translation>Der Bereich wird gerendert, sobald das Verfolgen fertig ist.</translation>
    </message>
    <message>
        <source>rendering</source>
        <translation>das Rendern</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Beginnt…</translation>
    </message>
    <message>
        <source>estimating the render</source>
        <translation>das Schätzen des Renderns</translation>
    </message>
    <message>
        <source>About {0}</source>
        <translation>Etwa {0}</translation>
    </message>
    <message>
        <source>; {0:.0%} is never seen</source>
        <translation>; {0:.0%} nie zu sehen</translation>
    </message>
    <message>
        <source>; all is seen somewhere</source>
        <translation>; alles irgendwo zu sehen</translation>
    </message>
    <message>
        <source>{0:.1f} fps · {1} left</source>
        <translation>{0:.1f} B/s · noch {1}</translation>
    </message>
</context>
<context>
    <name>Retouching</name>
    <message>
        <source>getting the frame to paint on</source>
        <translation>das Holen des Bilds zum Malen</translation>
    </message>
    <message>
        <source>Nothing is removed in this frame, so there is nothing to paint on.</source>
        <translation>In diesem Bild wird nichts entfernt: es gibt nichts zu übermalen.</translation>
    </message>
    <message>
        <source>This frame is not filled yet: switch on Live, or render it, then paint.</source>
        <translation>Dieses Bild ist noch nicht gefüllt: schalten Sie Live ein oder rendern Sie es, und malen Sie dann.</translation>
    </message>
    <message>
        <source>healing</source>
        <translation>das Reparieren</translation>
    </message>
    <message>
        <source>keeping the painted frame</source>
        <translation>das Behalten des gemalten Bilds</translation>
    </message>
    <message>
        <source>painting on the frame</source>
        <translation>das Malen auf dem Bild</translation>
    </message>
</context>
<context>
    <name>SeamControls</name>
    <message>
        <source>Draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>Width of the soft seam round every fill</source>
        <translation>Breite der weichen Naht um jede Füllung</translation>
    </message>
    <message>
        <source>Width of the seam</source>
        <translation>Breite der Naht</translation>
    </message>
    <message>
        <source>Colour match: how much of a colour difference at the seam is taken off</source>
        <translation>Farbangleich: wie viel Farbunterschied an der Naht ausgeglichen wird</translation>
    </message>
    <message>
        <source>Grain: how much of the source&apos;s noise a fill gets that has less</source>
        <translation>Korn: wie viel Rauschen der Quelle eine Füllung bekommt, die weniger hat</translation>
    </message>
    <message>
        <source>Blend</source>
        <translation>Naht</translation>
    </message>
    <message>
        <source>Match</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>Grain</source>
        <translation>Korn</translation>
    </message>
</context>
<context>
    <name>SecondViewer</name>
    <message>
        <source>Second viewer</source>
        <translation>Zweite Ansicht</translation>
    </message>
    <message>
        <source>Second viewer – Cleanplate</source>
        <translation>Zweite Ansicht – Cleanplate</translation>
    </message>
</context>
<context>
    <name>ShapeCommands</name>
    <message>
        <source>A shape has at least one key: delete the shape if it is not wanted.</source>
        <translation>Eine Form hat mindestens einen Key: löschen Sie die Form, wenn sie nicht gebraucht wird.</translation>
    </message>
    <message>
        <source>Press T to track it through the shot.</source>
        <translation>T verfolgt es durch die Einstellung.</translation>
    </message>
    <message>
        <source>The selected object has no shape: draw one with the shape tool (U) or the keyed box.</source>
        <translation>Das gewählte Objekt hat keine Form: zeichnen Sie eine mit dem Formwerkzeug (U) oder dem bewegten Rahmen.</translation>
    </message>
    <message>
        <source>The shapes cover nothing in this frame.</source>
        <translation>Die Formen bedecken in diesem Bild nichts.</translation>
    </message>
</context>
<context>
    <name>ShapeOptions</name>
    <message>
        <source>How the points move from this key to the next</source>
        <translation>Wie sich die Punkte von diesem Key zum nächsten bewegen</translation>
    </message>
    <message>
        <source>Straight</source>
        <translation>Gerade</translation>
    </message>
    <message>
        <source>Smooth</source>
        <translation>Weich</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>Halten</translation>
    </message>
    <message>
        <source>Whether the shape adds to the mask or cuts from it</source>
        <translation>Ob die Form zur Maske hinzukommt oder von ihr abgeht</translation>
    </message>
    <message>
        <source>Adds</source>
        <translation>Dazu</translation>
    </message>
    <message>
        <source>Cuts</source>
        <translation>Weg</translation>
    </message>
    <message>
        <source>key</source>
        <translation>Key</translation>
    </message>
    <message>
        <source>no key</source>
        <translation>kein Key</translation>
    </message>
</context>
<context>
    <name>ShortcutEditor</name>
    <message>
        <source>Search an action or a key</source>
        <translation>Befehl oder Taste suchen</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Actions and their keys</source>
        <translation>Befehle und ihre Tasten</translation>
    </message>
    <message>
        <source>New key for the action</source>
        <translation>Neue Taste für den Befehl</translation>
    </message>
    <message>
        <source>Use this key</source>
        <translation>Diese Taste nehmen</translation>
    </message>
    <message>
        <source>Add this key</source>
        <translation>Diese Taste hinzufügen</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>Keine Taste</translation>
    </message>
    <message>
        <source>Usual keys</source>
        <translation>Übliche Tasten</translation>
    </message>
    <message>
        <source>Usual keys for all</source>
        <translation>Übliche Tasten für alle</translation>
    </message>
    <message>
        <source>⚠ {0} has a meaning of its own in the window: choose another key.</source>
        <translation>⚠ {0} hat im Fenster eine eigene Bedeutung: wählen Sie eine andere Taste.</translation>
    </message>
    <message>
        <source>⚠ {0} belongs to “{1}”, which loses it if you use it here.</source>
        <translation>⚠ {0} gehört zu „{1}“ und fehlt dort, wenn Sie sie hier nehmen.</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>1 to 9</source>
        <translation>1 bis 9</translation>
    </message>
    <message>
        <source>Add a point, delete one</source>
        <translation>Punkt hinzufügen, Punkt löschen</translation>
    </message>
    <message>
        <source>Alt and click, or right-click, with clone or heal</source>
        <translation>Alt und Klick, oder Rechtsklick, mit Kopier- oder Reparaturpinsel</translation>
    </message>
    <message>
        <source>Alt while drawing a mask</source>
        <translation>Alt beim Zeichnen einer Maske</translation>
    </message>
    <message>
        <source>Click a shape&apos;s line, right-click a point</source>
        <translation>Klick auf die Linie einer Form, Rechtsklick auf einen Punkt</translation>
    </message>
    <message>
        <source>Close a polygon or a shape</source>
        <translation>Polygon oder Form schließen</translation>
    </message>
    <message>
        <source>Corner or smooth</source>
        <translation>Ecke oder Bogen</translation>
    </message>
    <message>
        <source>Ctrl and click a shape&apos;s point</source>
        <translation>Strg und Klick auf einen Punkt</translation>
    </message>
    <message>
        <source>Ctrl and wheel</source>
        <translation>Strg und Rad</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Give up a gesture; stop tracking or rendering</source>
        <translation>Geste abbrechen; Verfolgen oder Rendern stoppen</translation>
    </message>
    <message>
        <source>Hold K, press J or L</source>
        <translation>K halten, J oder L drücken</translation>
    </message>
    <message>
        <source>Hold Tab</source>
        <translation>Tab halten</translation>
    </message>
    <message>
        <source>One frame back or on</source>
        <translation>Ein Bild zurück oder weiter</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Select an object</source>
        <translation>Objekt auswählen</translation>
    </message>
    <message>
        <source>Show the source (in the viewer)</source>
        <translation>Die Quelle zeigen (in der Ansicht)</translation>
    </message>
    <message>
        <source>Space and drag, or middle button</source>
        <translation>Leertaste und ziehen, oder mittlere Taste</translation>
    </message>
    <message>
        <source>Take away instead of add</source>
        <translation>Wegnehmen statt hinzufügen</translation>
    </message>
    <message>
        <source>What is copied</source>
        <translation>Was kopiert wird</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Rad</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>Am Zeiger zoomen</translation>
    </message>
    <message>
        <source>Zoom the timeline at the pointer</source>
        <translation>Die Zeitleiste am Zeiger zoomen</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Pointer and held keys</source>
        <translation>Zeiger und gehaltene Tasten</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Where it computes</source>
        <translation>Wo gerechnet wird</translation>
    </message>
    <message>
        <source>variable rate</source>
        <translation>variable Bildrate</translation>
    </message>
    <message>
        <source>interlaced</source>
        <translation>Halbbilder</translation>
    </message>
    <message>
        <source>shown: {0}</source>
        <translation>gezeigt: {0}</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Add box</source>
        <translation>Rahmen hinzufügen</translation>
    </message>
    <message>
        <source>Add marker</source>
        <translation>Marke setzen</translation>
    </message>
    <message>
        <source>Add mask</source>
        <translation>Maske hinzufügen</translation>
    </message>
    <message>
        <source>Add shape point</source>
        <translation>Formpunkt hinzufügen</translation>
    </message>
    <message>
        <source>Bend shape</source>
        <translation>Form biegen</translation>
    </message>
    <message>
        <source>Change blend width</source>
        <translation>Nahtbreite ändern</translation>
    </message>
    <message>
        <source>Change colour match</source>
        <translation>Farbangleich ändern</translation>
    </message>
    <message>
        <source>Change engine</source>
        <translation>Engine ändern</translation>
    </message>
    <message>
        <source>Change grain</source>
        <translation>Korn ändern</translation>
    </message>
    <message>
        <source>Change hole shape</source>
        <translation>Lochform ändern</translation>
    </message>
    <message>
        <source>Change look-ahead</source>
        <translation>Vorausschau ändern</translation>
    </message>
    <message>
        <source>Change marker</source>
        <translation>Marke ändern</translation>
    </message>
    <message>
        <source>Change mode</source>
        <translation>Modus ändern</translation>
    </message>
    <message>
        <source>Change render settings</source>
        <translation>Rendereinstellungen ändern</translation>
    </message>
    <message>
        <source>Change shape</source>
        <translation>Form ändern</translation>
    </message>
    <message>
        <source>Change shape motion</source>
        <translation>Bewegung der Form ändern</translation>
    </message>
    <message>
        <source>Clear in and out</source>
        <translation>In und Out löschen</translation>
    </message>
    <message>
        <source>Clear mask</source>
        <translation>Maske löschen</translation>
    </message>
    <message>
        <source>Clear {0} frame</source>
        <translation>{0} Bild leeren</translation>
    </message>
    <message>
        <source>Clear {0} frames</source>
        <translation>{0} Bilder leeren</translation>
    </message>
    <message>
        <source>Clone on frame</source>
        <translation>Auf dem Bild kopieren</translation>
    </message>
    <message>
        <source>Copy mask to {0} frame</source>
        <translation>Maske auf {0} Bild kopieren</translation>
    </message>
    <message>
        <source>Copy mask to {0} frames</source>
        <translation>Maske auf {0} Bilder kopieren</translation>
    </message>
    <message>
        <source>Cut from mask</source>
        <translation>Von der Maske wegnehmen</translation>
    </message>
    <message>
        <source>Delete marker</source>
        <translation>Marke löschen</translation>
    </message>
    <message>
        <source>Delete reference frame</source>
        <translation>Referenzbild löschen</translation>
    </message>
    <message>
        <source>Delete shape</source>
        <translation>Form löschen</translation>
    </message>
    <message>
        <source>Delete shape key</source>
        <translation>Form-Key löschen</translation>
    </message>
    <message>
        <source>Delete shape point</source>
        <translation>Formpunkt löschen</translation>
    </message>
    <message>
        <source>Draw mask</source>
        <translation>Maske zeichnen</translation>
    </message>
    <message>
        <source>Erase mask</source>
        <translation>Maske radieren</translation>
    </message>
    <message>
        <source>Heal frame</source>
        <translation>Bild reparieren</translation>
    </message>
    <message>
        <source>Import mask</source>
        <translation>Maske importieren</translation>
    </message>
    <message>
        <source>Import {0} mask</source>
        <translation>{0} Maske importieren</translation>
    </message>
    <message>
        <source>Import {0} masks</source>
        <translation>{0} Masken importieren</translation>
    </message>
    <message>
        <source>Move box</source>
        <translation>Rahmen bewegen</translation>
    </message>
    <message>
        <source>Move shape</source>
        <translation>Form bewegen</translation>
    </message>
    <message>
        <source>Move shape point</source>
        <translation>Formpunkt bewegen</translation>
    </message>
    <message>
        <source>Move shape side</source>
        <translation>Formseite bewegen</translation>
    </message>
    <message>
        <source>Paint mask</source>
        <translation>Maske malen</translation>
    </message>
    <message>
        <source>Refine mask</source>
        <translation>Maske verfeinern</translation>
    </message>
    <message>
        <source>Resize box</source>
        <translation>Rahmengröße ändern</translation>
    </message>
    <message>
        <source>Set in and out</source>
        <translation>In und Out setzen</translation>
    </message>
    <message>
        <source>Set reference frame</source>
        <translation>Referenzbild setzen</translation>
    </message>
    <message>
        <source>Set shape key</source>
        <translation>Form-Key setzen</translation>
    </message>
    <message>
        <source>Track {0} frame</source>
        <translation>{0} Bild verfolgen</translation>
    </message>
    <message>
        <source>Track {0} frames</source>
        <translation>{0} Bilder verfolgen</translation>
    </message>
    <message>
        <source>Turn shapes into mask</source>
        <translation>Formen in Maske umwandeln</translation>
    </message>
</context>
<context>
    <name>StillDialog</name>
    <message>
        <source>Export the frame</source>
        <translation>Bild exportieren</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>The result</source>
        <translation>Das Ergebnis</translation>
    </message>
    <message>
        <source>The source</source>
        <translation>Die Quelle</translation>
    </message>
    <message>
        <source>The matte: white where something is filled</source>
        <translation>Die Matte: weiß, wo gefüllt wird</translation>
    </message>
    <message>
        <source>The patch alone, on a transparent ground</source>
        <translation>Nur der Flicken, auf durchsichtigem Grund</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>Frame {0}, {1} bit a channel; PNG or TIFF by the name&apos;s ending.</source>
        <translation>Bild {0}, {1} Bit je Kanal; PNG oder TIFF nach der Endung des Namens.</translation>
    </message>
    <message>
        <source>This frame is not rendered yet: switch on Live or render the range first.</source>
        <translation>Dieses Bild ist noch nicht gerendert: schalten Sie Live ein, oder rendern Sie den Bereich.</translation>
    </message>
    <message>
        <source>Give the file a name that ends in .png or .tif.</source>
        <translation>Geben Sie der Datei einen Namen, der auf .png oder .tif endet.</translation>
    </message>
    <message>
        <source>Export the frame to</source>
        <translation>Bild exportieren nach</translation>
    </message>
    <message>
        <source>Pictures (*.png *.tif *.tiff)</source>
        <translation>Bilder (*.png *.tif *.tiff)</translation>
    </message>
    <message>
        <source>looking at {0}</source>
        <translation>das Nachsehen bei {0}</translation>
    </message>
    <message>
        <source>{0} exists already. Replace it?</source>
        <translation>{0} gibt es schon. Ersetzen?</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>out of date</source>
        <translation>veraltet</translation>
    </message>
    <message>
        <source>rendered</source>
        <translation>gerendert</translation>
    </message>
    <message>
        <source>rendered live</source>
        <translation>live gerendert</translation>
    </message>
</context>
<context>
    <name>TimelineBar</name>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>retouched by hand</source>
        <translation>von Hand retuschiert</translation>
    </message>
    <message>
        <source>{0:.0%} seen</source>
        <translation>{0:.0%} gesehen</translation>
    </message>
    <message>
        <source>Clip</source>
        <translation>Clip</translation>
    </message>
    <message>
        <source>Rendered</source>
        <translation>Gerendert</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>Gesehen</translation>
    </message>
</context>
<context>
    <name>Tools</name>
    <message>
        <source>A shape has at least three points.</source>
        <translation>Eine Form hat mindestens drei Punkte.</translation>
    </message>
    <message>
        <source>Alt-click what to copy first.</source>
        <translation>Zuerst mit Alt auf das klicken, was kopiert werden soll.</translation>
    </message>
    <message>
        <source>Alt-click what to copy, then paint over what is left in the hole. [ and ] change the size.</source>
        <translation>Mit Alt auf die Quelle klicken, dann übermalen, was im Loch geblieben ist. [ und ] ändern die Größe.</translation>
    </message>
    <message>
        <source>Alt-click what to copy, then paint: it takes on the light round the stroke. [ and ] change the size.</source>
        <translation>Mit Alt auf die Quelle klicken, dann malen: es nimmt das Licht um den Strich an. [ und ] ändern die Größe.</translation>
    </message>
    <message>
        <source>Click a colour to add all of it that hangs together; Alt takes away. Set the tolerance above.</source>
        <translation>Auf eine Farbe klicken: alles Zusammenhängende davon kommt dazu; Alt nimmt weg. Die Toleranz steht oben.</translation>
    </message>
    <message>
        <source>Click an object to select it; drag its box to move it.</source>
        <translation>Auf ein Objekt klicken, um es zu wählen; seinen Rahmen ziehen, um ihn zu bewegen.</translation>
    </message>
    <message>
        <source>Click corners; Enter or a click on the first corner closes. With Alt, the inside is taken away.</source>
        <translation>Ecken klicken; Enter oder ein Klick auf die erste Ecke schließt. Mit Alt wird das Innere weggenommen.</translation>
    </message>
    <message>
        <source>Click points, drag for curves, Enter closes. Then drag points; click the line to add one, right-click to delete.</source>
        <translation>Punkte klicken, für Bögen ziehen, Enter schließt. Dann Punkte ziehen; ein Klick auf die Linie fügt einen hinzu, ein Rechtsklick löscht.</translation>
    </message>
    <message>
        <source>Drag a box over a logo or a sign. Go to another frame and drag it there: it moves between the two.</source>
        <translation>Einen Rahmen über ein Logo oder Schild ziehen. In einem anderen Bild verschieben: dazwischen bewegt er sich.</translation>
    </message>
    <message>
        <source>Drag a box round the object.</source>
        <translation>Ziehen Sie einen Rahmen um das Objekt.</translation>
    </message>
    <message>
        <source>Draw round the object. With Alt, what is inside is taken away.</source>
        <translation>Das Objekt umfahren. Mit Alt wird das Innere weggenommen.</translation>
    </message>
    <message>
        <source>Erase what is too much. Alt paints; [ and ] change the size.</source>
        <translation>Wegradieren, was zu viel ist. Alt malt; [ und ] ändern die Größe.</translation>
    </message>
    <message>
        <source>Nothing changed: all of that colour is in the mask already, or none of it was.</source>
        <translation>Nichts geändert: diese Farbe ist schon ganz in der Maske, oder war nicht darin.</translation>
    </message>
    <message>
        <source>Now paint: what you clicked is copied to where you begin.</source>
        <translation>Jetzt malen: das Angeklickte wird dorthin kopiert, wo Sie beginnen.</translation>
    </message>
    <message>
        <source>Paint over the object. Alt erases; [ and ] change the size.</source>
        <translation>Das Objekt übermalen. Alt radiert; [ und ] ändern die Größe.</translation>
    </message>
    <message>
        <source>That box is too small: drag from one corner of the object to the other.</source>
        <translation>Dieser Rahmen ist zu klein: von einer Ecke des Objekts zur anderen ziehen.</translation>
    </message>
    <message>
        <source>That box is too small: drag from one corner to the other.</source>
        <translation>Dieser Rahmen ist zu klein: von einer Ecke zur anderen ziehen.</translation>
    </message>
    <message>
        <source>There is nothing inside that line.</source>
        <translation>Innerhalb dieser Linie ist nichts.</translation>
    </message>
</context>
<context>
    <name>Tracking</name>
    <message>
        <source>tracking {0}</source>
        <translation>das Verfolgen von {0}</translation>
    </message>
    <message>
        <source>Press T to track it through the shot; paint (P) or erase (E) what is wrong.</source>
        <translation>T verfolgt es durch die Einstellung; was falsch ist, malen (P) oder radieren (E).</translation>
    </message>
    <message>
        <source>Looking for the object in the box</source>
        <translation>Das Objekt im Rahmen wird gesucht</translation>
    </message>
    <message>
        <source>finding the object in the box</source>
        <translation>das Finden des Objekts im Rahmen</translation>
    </message>
    <message>
        <source>Tracking</source>
        <translation>Verfolgen</translation>
    </message>
    <message>
        <source>The object was not found in {0} frames.</source>
        <translation>Das Objekt wurde in {0} Bildern nicht gefunden.</translation>
    </message>
    <message>
        <source>Switch on Live to watch it vanish, or render the range.</source>
        <translation>Mit Live verschwindet es vor Ihren Augen; oder rendern Sie den Bereich.</translation>
    </message>
</context>
<context>
    <name>TransportBar</name>
    <message>
        <source>Time code. Type a time, a frame number, +30 or -30</source>
        <translation>Timecode. Zeit, Bildnummer, +30 oder -30 eintippen</translation>
    </message>
    <message>
        <source>Time code</source>
        <translation>Timecode</translation>
    </message>
    <message>
        <source>Frame number</source>
        <translation>Bildnummer</translation>
    </message>
    <message>
        <source>of {0}</source>
        <translation>von {0}</translation>
    </message>
    <message>
        <source>{0} dropped</source>
        <translation>{0} ausgelassen</translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>mostly guessed</source>
        <translation>größtenteils geraten</translation>
    </message>
    <message>
        <source>not rendered: the engine failed</source>
        <translation>nicht gerendert: die Engine ist gescheitert</translation>
    </message>
    <message>
        <source>the mask jumps</source>
        <translation>die Maske springt</translation>
    </message>
    <message>
        <source>the seam may show</source>
        <translation>die Naht könnte zu sehen sein</translation>
    </message>
</context>
<context>
    <name>ViewOptions</name>
    <message>
        <source>Opacity of masks</source>
        <translation>Deckkraft der Masken</translation>
    </message>
    <message>
        <source>Brush size</source>
        <translation>Pinselgröße</translation>
    </message>
    <message>
        <source>Brush hardness</source>
        <translation>Pinselhärte</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>Härte</translation>
    </message>
    <message>
        <source>Zoom: click to fit the picture, again for 100 %</source>
        <translation>Zoom: Klick passt das Bild ein, noch einmal zeigt 100 %</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>Viewer</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Difference ×8</source>
        <translation>Differenz ×8</translation>
    </message>
    <message>
        <source>Matte</source>
        <translation>Matte</translation>
    </message>
    <message>
        <source>Source, not rendered yet</source>
        <translation>Quelle, noch nicht gerendert</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>Result, retouched by hand</source>
        <translation>Ergebnis, von Hand retuschiert</translation>
    </message>
</context>
<context>
    <name>WandOptions</name>
    <message>
        <source>Tolerance: how unlike a colour may be</source>
        <translation>Toleranz: wie verschieden eine Farbe sein darf</translation>
    </message>
    <message>
        <source>How far refining may move the mask&apos;s edge</source>
        <translation>Wie weit das Verfeinern den Maskenrand verschieben darf</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>Toleranz</translation>
    </message>
    <message>
        <source>Edge</source>
        <translation>Rand</translation>
    </message>
</context>
<context>
    <name>Warming</name>
    <message>
        <source>loading the engine</source>
        <translation>das Laden der Engine</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Drop a clip here</source>
        <translation>Legen Sie hier einen Clip ab</translation>
    </message>
    <message>
        <source>Draw a box round what should go, track it, and watch it vanish.</source>
        <translation>Rahmen um das ziehen, was verschwinden soll, verfolgen, und zusehen, wie es verschwindet.</translation>
    </message>
    <message>
        <source>Open a clip…</source>
        <translation>Clip öffnen…</translation>
    </message>
    <message>
        <source>Try the demo clip</source>
        <translation>Demo-Clip ausprobieren</translation>
    </message>
</context>
</TS>
