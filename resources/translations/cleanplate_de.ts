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
        <source>As an object of its own</source>
        <translation>Als eigenes Objekt</translation>
    </message>
    <message>
        <source>As this frame&apos;s mask</source>
        <translation>Als Maske dieses Bilds</translation>
    </message>
    <message>
        <source>Back to the frame it was marked in</source>
        <translation>Zurück zum Bild, in dem es markiert wurde</translation>
    </message>
    <message>
        <source>Better masks, for more work. Needs MobileSAM: Mask, Clicks, Models; without it nothing looks again</source>
        <translation>Bessere Masken für mehr Arbeit. Braucht MobileSAM: Maske, Klicks, Modelle; ohne es sieht nichts noch einmal hin</translation>
    </message>
    <message>
        <source>Both ways in one pass: none takes another&apos;s pixels. Ctrl-click objects to track some of them</source>
        <translation>In beide Richtungen in einem Durchgang: keines nimmt dem anderen Pixel. Strg-Klick wählt mehrere Objekte</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>Rahmen</translation>
    </message>
    <message>
        <source>Bring back what is hidden of it</source>
        <translation>Zurückholen, was davon verdeckt ist</translation>
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
        <source>Brush, lasso, clicks and all mask tools change the hatched shape, not what is seen</source>
        <translation>Pinsel, Lasso, Klicks und alle Maskenwerkzeuge ändern die schraffierte Form, nicht das Sichtbare</translation>
    </message>
    <message>
        <source>Check tracks a second time</source>
        <translation>Verfolgtes ein zweites Mal prüfen</translation>
    </message>
    <message>
        <source>Choose the clip that it is about</source>
        <translation>Den Clip wählen, um den es geht</translation>
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
        <source>Click</source>
        <translation>Klicken</translation>
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
        <source>Click or draw a box; Alt and click zooms out</source>
        <translation>Klicken oder einen Rahmen ziehen; Alt und Klick verkleinert</translation>
    </message>
    <message>
        <source>Click the object; right click takes away</source>
        <translation>Objekt anklicken; Rechtsklick nimmt weg</translation>
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
        <source>Copy a mask first</source>
        <translation>Zuerst eine Maske kopieren</translation>
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
        <source>Cut mask</source>
        <translation>Maske ausschneiden</translation>
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
        <source>Drag the picture; Space does so with any tool</source>
        <translation>Das Bild verschieben; die Leertaste tut das mit jedem Werkzeug</translation>
    </message>
    <message>
        <source>Draw round; Alt takes away</source>
        <translation>Umfahren; Alt nimmt weg</translation>
    </message>
    <message>
        <source>Draw with arrows, Enter and Space instead of the mouse</source>
        <translation>Mit Pfeilen, Eingabe und Leertaste zeichnen statt mit der Maus</translation>
    </message>
    <message>
        <source>Draws it anew along the picture&apos;s edges</source>
        <translation>Zeichnet ihn an den Kanten des Bilds entlang neu</translation>
    </message>
    <message>
        <source>Edit its whole shape</source>
        <translation>Seine ganze Form bearbeiten</translation>
    </message>
    <message>
        <source>Else the tracker goes on, and takes the object up again where it comes back</source>
        <translation>Sonst geht die Verfolgung weiter und nimmt das Objekt wieder auf, wo es zurückkommt</translation>
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
        <source>Find its shadow</source>
        <translation>Seinen Schatten suchen</translation>
    </message>
    <message>
        <source>Find what hides it</source>
        <translation>Suchen, was es verdeckt</translation>
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
        <source>Hand tool</source>
        <translation>Hand-Werkzeug</translation>
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
        <source>Jump back</source>
        <translation>Zurückspringen</translation>
    </message>
    <message>
        <source>Jump on</source>
        <translation>Weiterspringen</translation>
    </message>
    <message>
        <source>Keep this result…</source>
        <translation>Dieses Ergebnis behalten…</translation>
    </message>
    <message>
        <source>Keyboard pointer</source>
        <translation>Tastaturzeiger</translation>
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
        <source>Let SAM look again</source>
        <translation>SAM noch einmal hinsehen lassen</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Live and Render at half the size: quick and soft; no export uses it</source>
        <translation>Live und Rendern in halber Größe: schnell und weich; kein Export benutzt es</translation>
    </message>
    <message>
        <source>Log…</source>
        <translation>Protokoll…</translation>
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
        <source>Mark something first: draw a box, click or paint what should go</source>
        <translation>Markieren Sie zuerst etwas: ziehen Sie einen Rahmen, klicken oder malen Sie, was weg soll</translation>
    </message>
    <message>
        <source>Mark the object in this frame first</source>
        <translation>Markieren Sie das Objekt zuerst in diesem Bild</translation>
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
        <source>Models for clicks…</source>
        <translation>Modelle für Klicks …</translation>
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
        <source>Move the wipe left</source>
        <translation>Trennlinie nach links</translation>
    </message>
    <message>
        <source>Move the wipe right</source>
        <translation>Trennlinie nach rechts</translation>
    </message>
    <message>
        <source>New object</source>
        <translation>Neues Objekt</translation>
    </message>
    <message>
        <source>New project…</source>
        <translation>Neues Projekt…</translation>
    </message>
    <message>
        <source>Next anchor frame</source>
        <translation>Nächstes Ankerbild</translation>
    </message>
    <message>
        <source>Next answer to the clicks</source>
        <translation>Nächste Antwort auf die Klicks</translation>
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
        <source>Next place where it is lost</source>
        <translation>Nächste Stelle, an der es verloren ist</translation>
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
        <source>On the picture, until a clip is done</source>
        <translation>Auf dem Bild, bis ein Clip fertig ist</translation>
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
        <source>Open a clip first</source>
        <translation>Öffnen Sie zuerst einen Clip</translation>
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
        <source>Predict its shape</source>
        <translation>Form vorhersagen</translation>
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
        <source>Previous place where it is lost</source>
        <translation>Vorige Stelle, an der es verloren ist</translation>
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
        <source>Refine the mask by the model</source>
        <translation>Maske mit dem Modell verfeinern</translation>
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
        <source>Right-click to copy; then paint</source>
        <translation>Rechtsklick kopiert; dann malen</translation>
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
        <source>Select an object first</source>
        <translation>Wählen Sie zuerst ein Objekt</translation>
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
        <source>Show the next step</source>
        <translation>Nächsten Schritt zeigen</translation>
    </message>
    <message>
        <source>Shown hatched before anything is painted; what you drew stays</source>
        <translation>Schraffiert gezeigt, ehe etwas gemalt wird; was Sie gezeichnet haben, bleibt</translation>
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
        <source>Stop where it is lost</source>
        <translation>Anhalten, wo es verloren geht</translation>
    </message>
    <message>
        <source>Takes the mask for a rough one, and finds what it means</source>
        <translation>Nimmt die Maske als grobe und findet, was sie meint</translation>
    </message>
    <message>
        <source>The object is locked: unlock it first</source>
        <translation>Das Objekt ist gesperrt: entsperren Sie es zuerst</translation>
    </message>
    <message>
        <source>The objects whose masks touch its own</source>
        <translation>Die Objekte, deren Masken seine berühren</translation>
    </message>
    <message>
        <source>The selected object is completed behind what covers it</source>
        <translation>Das gewählte Objekt wird hinter dem, was es verdeckt, vervollständigt</translation>
    </message>
    <message>
        <source>The selected object&apos;s reference frame: where its tracking began</source>
        <translation>Das Bezugsbild des gewählten Objekts: wo seine Verfolgung begann</translation>
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
        <source>This frame has no reference: paint it with the clone or heal brush, or bring it back retouched</source>
        <translation>Dieses Bild hat keine Referenz: malen Sie sie mit Klon- oder Reparaturpinsel, oder holen Sie das Bild retuschiert zurück</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>Track all objects</source>
        <translation>Alle Objekte verfolgen</translation>
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
        <source>What answers clicks; fetch others</source>
        <translation>Was Klicks beantwortet; andere holen</translation>
    </message>
    <message>
        <source>What is being exported, and the logs</source>
        <translation>Was exportiert wird, und die Protokolle</translation>
    </message>
    <message>
        <source>What went wrong, to read or to send</source>
        <translation>Was schiefging, zum Lesen oder Verschicken</translation>
    </message>
    <message>
        <source>Where one click can mean several things</source>
        <translation>Wo ein Klick mehreres bedeuten kann</translation>
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
        <source>With the mask network, while nothing else goes on: where it finds something else, look at the masks</source>
        <translation>Mit dem Maskennetz, solange sonst nichts läuft: Wo es etwas anderes findet, sind die Masken anzusehen</translation>
    </message>
    <message>
        <source>Write this frame for retouching…</source>
        <translation>Bild zum Retuschieren schreiben…</translation>
    </message>
    <message>
        <source>Zoom tool</source>
        <translation>Zoom-Werkzeug</translation>
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
    <name>Asking</name>
    <message>
        <source>Open a clip or a project</source>
        <translation>Einen Clip oder ein Projekt öffnen</translation>
    </message>
    <message>
        <source>New project: choose its clip</source>
        <translation>Neues Projekt: Clip wählen</translation>
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
        <source>Fetch it…</source>
        <translation>Herunterladen …</translation>
    </message>
    <message>
        <source>Models for clicks…</source>
        <translation>Modelle für Klicks …</translation>
    </message>
</context>
<context>
    <name>BoxLook</name>
    <message>
        <source>Looking for the object in the box</source>
        <translation>Das Objekt im Rahmen wird gesucht</translation>
    </message>
    <message>
        <source>finding the object in the box</source>
        <translation>das Finden des Objekts im Rahmen</translation>
    </message>
</context>
<context>
    <name>Clicking</name>
    <message>
        <source>looking at the frame for clicks</source>
        <translation>Ansehen des Bildes für Klicks</translation>
    </message>
</context>
<context>
    <name>ClipNotice</name>
    <message>
        <source>{0}: toned down for this screen, written as it is.</source>
        <translation>{0}: für diesen Bildschirm abgemildert, geschrieben, wie es ist.</translation>
    </message>
    <message>
        <source>Interlaced: each field is filled by itself and stays a field.</source>
        <translation>Zeilensprung: Jedes Halbbild wird für sich gefüllt und bleibt ein Halbbild.</translation>
    </message>
    <message>
        <source>The frame rate varies: every frame keeps its own time.</source>
        <translation>Die Bildrate schwankt: Jedes Bild behält seine eigene Zeit.</translation>
    </message>
    <message>
        <source>Look through a LUT…</source>
        <translation>Durch eine LUT ansehen…</translation>
    </message>
</context>
<context>
    <name>ClipWatch</name>
    <message>
        <source>Open it again</source>
        <translation>Neu öffnen</translation>
    </message>
    <message>
        <source>Choose another file…</source>
        <translation>Andere Datei wählen…</translation>
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
    <message>
        <source>Nothing is lost after this frame.</source>
        <translation>Nach diesem Bild ist nichts verloren.</translation>
    </message>
    <message>
        <source>Nothing is lost before this frame.</source>
        <translation>Vor diesem Bild ist nichts verloren.</translation>
    </message>
    <message>
        <source>{0} is lost here.</source>
        <translation>{0} ist hier verloren.</translation>
    </message>
    <message>
        <source>{0} is lost here, for {1} frames.</source>
        <translation>{0} ist hier für {1} Bilder verloren.</translation>
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
    <name>Estimating</name>
    <message>
        <source>estimating the render</source>
        <translation>das Schätzen des Renderns</translation>
    </message>
    <message>
        <source>About {0}</source>
        <translation>Etwa {0}</translation>
    </message>
    <message>
        <source>; {0} % must be guessed</source>
        <translation>; {0} % sind zu erraten</translation>
    </message>
    <message>
        <source>; all is seen somewhere</source>
        <translation>; alles ist irgendwo zu sehen</translation>
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
        <source>The whole clip: 1 frame</source>
        <translation>Der ganze Clip: 1 Bild</translation>
    </message>
    <message>
        <source>From in to out: {0} to {1}, {2} frames</source>
        <translation>Von In bis Out: {0} bis {1}, {2} Bilder</translation>
    </message>
    <message>
        <source>From in to out: {0}, 1 frame</source>
        <translation>Von In bis Out: {0}, 1 Bild</translation>
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
        <source>Only frame {0}, between in and out, is cleaned; all others are written as they are.</source>
        <translation>Nur Bild {0}, zwischen In und Out, wird bereinigt; alle anderen werden geschrieben, wie sie sind.</translation>
    </message>
    <message>
        <source>The one frame with a hole is rendered already.</source>
        <translation>Das eine Bild mit einem Loch ist schon gerendert.</translation>
    </message>
    <message>
        <source>The one frame with a hole is still to be rendered.</source>
        <translation>Das eine Bild mit einem Loch ist noch zu rendern.</translation>
    </message>
    <message>
        <source>All {0} frames with a hole are to be rendered anew: something has changed since.</source>
        <translation>Alle {0} Bilder mit einem Loch sind neu zu rendern: Seitdem hat sich etwas geändert.</translation>
    </message>
    <message>
        <source>One of {1} frames with a hole is still to be rendered.</source>
        <translation>Eines von {1} Bildern mit einem Loch ist noch zu rendern.</translation>
    </message>
    <message>
        <source>One of them was rendered before something changed.</source>
        <translation>Eines davon wurde gerendert, bevor sich etwas geändert hat.</translation>
    </message>
    <message>
        <source>What Live shows of {0} of them is a preview.</source>
        <translation>Was Live von {0} davon zeigt, ist eine Vorschau.</translation>
    </message>
    <message>
        <source>Estimating size and time…</source>
        <translation>Größe und Zeit werden geschätzt…</translation>
    </message>
    <message>
        <source>Only frames {0} to {1}, from in to out, are cleaned; all others are written as they are.</source>
        <translation>Nur die Bilder {0} bis {1}, von In bis Out, werden bereinigt; alle anderen werden geschrieben, wie sie sind.</translation>
    </message>
    <message>
        <source>All frames with a hole are rendered already: {0}.</source>
        <translation>Alle Bilder mit einem Loch sind schon gerendert: {0}.</translation>
    </message>
    <message>
        <source>{0} of {1} frames with a hole are still to be rendered.</source>
        <translation>{0} von {1} Bildern mit einem Loch sind noch zu rendern.</translation>
    </message>
    <message>
        <source>{0} of them were rendered before something changed.</source>
        <translation>{0} davon wurden gerendert, bevor sich etwas änderte.</translation>
    </message>
    <message>
        <source>{0} exists already: you will be asked.</source>
        <translation>{0} gibt es schon: Sie werden gefragt.</translation>
    </message>
    <message>
        <source>About {0}</source>
        <translation>Etwa {0}</translation>
    </message>
    <message>
        <source>Roughly {0}</source>
        <translation>Ungefähr {0}</translation>
    </message>
    <message>
        <source>about {0} to write</source>
        <translation>etwa {0} zum Schreiben</translation>
    </message>
    <message>
        <source>about {0} to render and write</source>
        <translation>etwa {0} zum Rendern und Schreiben</translation>
    </message>
    <message>
        <source>about {0} to write, and what the render takes</source>
        <translation>etwa {0} zum Schreiben, und was das Rendern braucht</translation>
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
    <name>ExportForecast</name>
    <message>
        <source>planning the export</source>
        <translation>das Planen des Exports</translation>
    </message>
    <message>
        <source>estimating the size</source>
        <translation>das Schätzen der Größe</translation>
    </message>
    <message>
        <source>estimating the render</source>
        <translation>das Schätzen des Renderns</translation>
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
        <source>Nothing was exported yet. File &gt; Export… exports the clip.</source>
        <translation>Noch nichts exportiert. Datei &gt; Exportieren… exportiert den Clip.</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
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
        <source>paused: {0:.0%}</source>
        <translation>angehalten: {0:.0%}</translation>
    </message>
    <message>
        <source>Progress of {0}</source>
        <translation>Fortschritt von {0}</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
</context>
<context>
    <name>Exporting</name>
    <message>
        <source>exporting {0}</source>
        <translation>das Exportieren von {0}</translation>
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
        <source>{0} is finished: 1 frame.</source>
        <translation>{0} ist fertig: 1 Bild.</translation>
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
    <name>FileDialogs</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Cleanplate project</source>
        <translation>Cleanplate-Projekt</translation>
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
    <name>Guide</name>
    <message>
        <source>Show no next steps</source>
        <translation>Keine nächsten Schritte zeigen</translation>
    </message>
    <message>
        <source>Show no next steps; the Help menu brings them back</source>
        <translation>Keine nächsten Schritte zeigen; das Menü Hilfe bringt sie zurück</translation>
    </message>
    <message>
        <source>Draw a box round what should go, from corner to corner.</source>
        <translation>Ziehen Sie einen Rahmen um das, was verschwinden soll.</translation>
    </message>
    <message>
        <source>Nothing was found in the box: paint over the object, or draw another box.</source>
        <translation>Im Rahmen wurde nichts gefunden: übermalen Sie das Objekt, oder ziehen Sie ihn neu.</translation>
    </message>
    <message>
        <source>It is gone. Compare it, then export.</source>
        <translation>Es ist weg. Vergleichen, dann exportieren.</translation>
    </message>
    <message>
        <source>Now remove it: live, or all at once and better.</source>
        <translation>Jetzt entfernen: live, oder ganz und besser.</translation>
    </message>
    <message>
        <source>Click what should go; right-click what should stay.</source>
        <translation>Klicken Sie an, was verschwinden soll; rechts, was bleiben soll.</translation>
    </message>
    <message>
        <source>Paint over what should go.</source>
        <translation>Übermalen Sie, was verschwinden soll.</translation>
    </message>
    <message>
        <source>Draw round what should go.</source>
        <translation>Ziehen Sie eine Linie um das, was verschwinden soll.</translation>
    </message>
    <message>
        <source>Click points round what should go; Enter closes the shape.</source>
        <translation>Klicken Sie Punkte um das, was verschwinden soll; Eingabe schließt die Form.</translation>
    </message>
    <message>
        <source>Click a colour of what should go.</source>
        <translation>Klicken Sie eine Farbe dessen an, was verschwinden soll.</translation>
    </message>
    <message>
        <source>Gone from one frame. Follow it through the clip, or export if it is in no other.</source>
        <translation>Aus einem Bild ist es weg. Durch den Clip verfolgen – oder exportieren, wenn es nur in diesem Bild ist.</translation>
    </message>
    <message>
        <source>Are they covered? Then follow all of them through the clip.</source>
        <translation>Sind sie bedeckt? Dann alle durch den Clip verfolgen.</translation>
    </message>
    <message>
        <source>Is it covered? Then follow it through the clip.</source>
        <translation>Ist es bedeckt? Dann durch den Clip verfolgen.</translation>
    </message>
    <message>
        <source>{0} is marked in one frame only: select it, then follow it through the clip.</source>
        <translation>{0} ist nur in einem Bild markiert: auswählen, dann durch den Clip verfolgen.</translation>
    </message>
    <message>
        <source>Mark what hides {0} as an object of its own, and track it.</source>
        <translation>Markieren Sie, was {0} verdeckt, als eigenes Objekt, und verfolgen Sie es.</translation>
    </message>
    <message>
        <source>Say what hides {0}, in the Objects panel; or let it be found.</source>
        <translation>Sagen Sie im Bereich Objekte, was {0} verdeckt; oder lassen Sie es suchen.</translation>
    </message>
    <message>
        <source>Predict the whole shape of {0}: you see it before anything is painted.</source>
        <translation>Sagen Sie die ganze Form von {0} vorher: Sie sehen sie, ehe etwas gemalt wird.</translation>
    </message>
    <message>
        <source>It is whole. Compare it, then export.</source>
        <translation>Es ist ganz. Vergleichen, dann exportieren.</translation>
    </message>
    <message>
        <source>Is the hatched shape right? Mend it with the mask tools, or render.</source>
        <translation>Stimmt die schraffierte Form? Mit den Maskenwerkzeugen ausbessern, oder rendern.</translation>
    </message>
    <message>
        <source>Step {0} of 4</source>
        <translation>Schritt {0} von 4</translation>
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
    <name>KeptMenu</name>
    <message>
        <source>Kept results</source>
        <translation>Behaltene Ergebnisse</translation>
    </message>
    <message>
        <source>The present result</source>
        <translation>Das jetzige Ergebnis</translation>
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
    <name>KeyboardPointer</name>
    <message>
        <source>{0}, held</source>
        <translation>{0}, gehalten</translation>
    </message>
    <message>
        <source>{0}, with Alt</source>
        <translation>{0}, mit Alt</translation>
    </message>
    <message>
        <source>Keyboard pointer: arrows move it (Shift 10, Ctrl 100 pixels), Enter clicks, Space holds and lets go, Esc leaves.</source>
        <translation>Tastaturzeiger: Pfeile bewegen (Umschalt 10, Strg 100 Pixel), Eingabe klickt, Leertaste hält und lässt los, Esc beendet.</translation>
    </message>
</context>
<context>
    <name>Kinds</name>
    <message>
        <source>bird</source>
        <translation>Vogel</translation>
    </message>
    <message>
        <source>boat</source>
        <translation>Boot</translation>
    </message>
    <message>
        <source>car</source>
        <translation>Auto</translation>
    </message>
    <message>
        <source>cow</source>
        <translation>Kuh</translation>
    </message>
    <message>
        <source>dog</source>
        <translation>Hund</translation>
    </message>
    <message>
        <source>horse</source>
        <translation>Pferd</translation>
    </message>
    <message>
        <source>motorbike</source>
        <translation>Motorrad</translation>
    </message>
    <message>
        <source>person</source>
        <translation>Mensch</translation>
    </message>
    <message>
        <source>thing</source>
        <translation>Ding</translation>
    </message>
</context>
<context>
    <name>LogDialog</name>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>reading the log</source>
        <translation>das Lesen des Protokolls</translation>
    </message>
    <message>
        <source>Nothing has gone wrong yet: the log is empty.</source>
        <translation>Noch ist nichts schiefgegangen: das Protokoll ist leer.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Open recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>{0} files were dropped, and {1} was taken: there is one clip to a window.</source>
        <translation>{0} Dateien wurden hierher gezogen, genommen wurde {1}: ein Fenster hat einen Clip.</translation>
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
        <source>One mask was read from {1}.</source>
        <translation>Eine Maske wurde aus {1} gelesen.</translation>
    </message>
    <message>
        <source>Take them for frames {0} to {1}</source>
        <translation>Für die Bilder {0} bis {1} nehmen</translation>
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
        <source>Clicks</source>
        <translation>Klicks</translation>
    </message>
    <message>
        <source>Colours on screen</source>
        <translation>Farben auf dem Bildschirm</translation>
    </message>
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
        <source>Masks on the picture</source>
        <translation>Masken auf dem Bild</translation>
    </message>
    <message>
        <source>Playback</source>
        <translation>Wiedergabe</translation>
    </message>
    <message>
        <source>Range and edge</source>
        <translation>Bereich und Rand</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Shapes</source>
        <translation>Formen</translation>
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
        <source>Wipe line</source>
        <translation>Trennlinie</translation>
    </message>
    <message>
        <source>Zoom of the timeline</source>
        <translation>Zoom der Zeitleiste</translation>
    </message>
</context>
<context>
    <name>ModelFetching</name>
    <message>
        <source>looking for models</source>
        <translation>Suchen von Modellen</translation>
    </message>
    <message>
        <source>fetching {0}</source>
        <translation>Holen von {0}</translation>
    </message>
    <message>
        <source>{0} is here: clicks can use it.</source>
        <translation>{0} ist da: Klicks können es nutzen.</translation>
    </message>
    <message>
        <source>{0} also needs {1}: take that file as well, or fetch it.</source>
        <translation>{0} braucht auch {1}: diese Datei ebenfalls nehmen oder holen.</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>Automatic (MobileSAM where it is here)</source>
        <translation>Automatisch (MobileSAM, wo es da ist)</translation>
    </message>
    <message>
        <source>How much of {0} is here</source>
        <translation>Wie viel von {0} da ist</translation>
    </message>
    <message>
        <source>Use a file I have…</source>
        <translation>Eigene Datei nehmen …</translation>
    </message>
    <message>
        <source>always here; by colour alone</source>
        <translation>immer da; nur nach Farbe</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Go on fetching</source>
        <translation>Weiter holen</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>Holen</translation>
    </message>
    <message>
        <source>asking where it is…</source>
        <translation>fragt, wo es liegt …</translation>
    </message>
    <message>
        <source>{0} % here</source>
        <translation>{0} % da</translation>
    </message>
    <message>
        <source>fetching the model</source>
        <translation>Holen des Modells</translation>
    </message>
    <message>
        <source>here</source>
        <translation>da</translation>
    </message>
    <message>
        <source>{0} MB of it are here</source>
        <translation>{0} MB davon sind da</translation>
    </message>
    <message>
        <source>{0} is missing</source>
        <translation>{0} fehlt</translation>
    </message>
    <message>
        <source>not here</source>
        <translation>nicht da</translation>
    </message>
</context>
<context>
    <name>ModelsDialog</name>
    <message>
        <source>Models for clicks</source>
        <translation>Modelle für Klicks</translation>
    </message>
    <message>
        <source>A click on the picture is answered by one of these. The larger ones are slower, most of all without a graphics card. Files are fetched once, checked, and stay on this machine.</source>
        <translation>Einen Klick ins Bild beantwortet eines von diesen. Die größeren sind langsamer, vor allem ohne Grafikkarte. Dateien werden einmal geholt, geprüft und bleiben auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Now: {0}</source>
        <translation>Jetzt: {0}</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source>Which file is {0}?</source>
        <translation>Welche Datei ist {0}?</translation>
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
    <message>
        <source>Show the next notice</source>
        <translation>Die nächste Meldung zeigen</translation>
    </message>
    <message>
        <source>{0} more</source>
        <translation>{0} weitere</translation>
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
        <source>Restore what is hidden</source>
        <translation>Verdecktes zurückholen</translation>
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
    <name>Outcomes</name>
    <message>
        <source>1 frame rendered, none left</source>
        <translation>1 Bild gerendert, keines übrig</translation>
    </message>
    <message>
        <source>Frames rendered: {0}. Left: {1}.</source>
        <translation>Gerenderte Bilder: {0}. Übrig: {1}.</translation>
    </message>
    <message>
        <source>Live from frame {0} on, {1} left</source>
        <translation>Live ab Bild {0}, {1} fehlen</translation>
    </message>
    <message>
        <source>Live is up to date</source>
        <translation>Live ist auf dem Stand</translation>
    </message>
    <message>
        <source>Rendered: the one frame that has something to fill.</source>
        <translation>Gerendert: das eine Bild, in dem etwas zu füllen ist.</translation>
    </message>
    <message>
        <source>Rendered: {0} frames between {1} and {2}. None is left.</source>
        <translation>Gerendert: {0} Bilder zwischen {1} und {2}. Keines fehlt.</translation>
    </message>
    <message>
        <source>Rendered: {0} frames between {1} and {2}. Outside in and out the source stays.</source>
        <translation>Gerendert: {0} Bilder zwischen {1} und {2}. Außerhalb von In und Out bleibt die Quelle.</translation>
    </message>
    <message>
        <source>Stopped before the first frame</source>
        <translation>Vor dem ersten Bild angehalten</translation>
    </message>
    <message>
        <source>Stopped before the first frame was filled: a render looks through the whole shot before it fills any. Live begins at the playhead.</source>
        <translation>Angehalten, bevor das erste Bild gefüllt war: Das Rendern sieht erst die ganze Einstellung durch. Live beginnt am Abspielkopf.</translation>
    </message>
    <message>
        <source>Stopped: one frame is rendered and stays; left for Render range: {1}.</source>
        <translation>Angehalten: Ein Bild ist gerendert und bleibt; übrig für „Bereich rendern“: {1}.</translation>
    </message>
    <message>
        <source>Stopped: {0} frames are rendered and stay; left for Render range: {1}.</source>
        <translation>Angehalten: {0} Bilder sind gerendert und bleiben; übrig für „Bereich rendern“: {1}.</translation>
    </message>
    <message>
        <source>{0} frames rendered, none left</source>
        <translation>{0} Bilder gerendert, keines fehlt</translation>
    </message>
    <message>
        <source>{0} rendered, {1} left</source>
        <translation>{0} gerendert, {1} fehlen</translation>
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
        <source>Size of everything</source>
        <translation>Größe der Oberfläche</translation>
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
        <source>Shift and an arrow go</source>
        <translation>Umschalt und Pfeil gehen</translation>
    </message>
    <message>
        <source>{0} frames</source>
        <translation>{0} Bilder</translation>
    </message>
    <message>
        <source>one second</source>
        <translation>eine Sekunde</translation>
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
        <source>Language, size, device, memory and the cache change when Cleanplate starts again.</source>
        <translation>Sprache, Größe, Gerät, Speicher und Cache gelten ab dem nächsten Start von Cleanplate.</translation>
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
        <source>Following the motion</source>
        <translation>Der Bewegung folgen</translation>
    </message>
    <message>
        <source>Judging the result</source>
        <translation>Ergebnis beurteilen</translation>
    </message>
    <message>
        <source>Keeping sources</source>
        <translation>Quellen sammeln</translation>
    </message>
    <message>
        <source>Looking at later frames</source>
        <translation>Spätere Bilder ansehen</translation>
    </message>
    <message>
        <source>Looking at the frames before</source>
        <translation>Die Bilder davor ansehen</translation>
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
        <source>Looking for the shadow</source>
        <translation>Schatten suchen</translation>
    </message>
    <message>
        <source>Looking for the whole shape</source>
        <translation>Die ganze Form wird gesucht</translation>
    </message>
    <message>
        <source>Looking where the clicks are</source>
        <translation>Angeklicktes suchen</translation>
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
        <source>Where is {0} now?</source>
        <translation>Wo ist {0} jetzt?</translation>
    </message>
    <message>
        <source>noting the file</source>
        <translation>das Vermerken der Datei</translation>
    </message>
    <message>
        <source>looking for earlier versions</source>
        <translation>das Suchen früherer Fassungen</translation>
    </message>
    <message>
        <source>looking up kept results</source>
        <translation>das Nachsehen nach behaltenen Ergebnissen</translation>
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
        <source>Replace</source>
        <translation>Ersetzen</translation>
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
        <source>comparing the objects&apos; masks</source>
        <translation>das Vergleichen der Objektmasken</translation>
    </message>
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
        <source>Open it</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Choose another file…</source>
        <translation>Andere Datei wählen…</translation>
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
    <name>Recovering</name>
    <message>
        <source>Cleanplate did not close properly. Your work on {0} was saved at {1}.</source>
        <translation>Cleanplate wurde nicht richtig beendet. Ihre Arbeit an {0} wurde um {1} gespeichert.</translation>
    </message>
    <message>
        <source>The system ended Cleanplate. Your work on {0} was kept at {1}.</source>
        <translation>Das System hat Cleanplate beendet. Ihre Arbeit an {0} wurde um {1} aufgehoben.</translation>
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
        <source>Work of {0} sessions was not saved, and can be recovered.</source>
        <translation>Die Arbeit von {0} Sitzungen wurde nicht gespeichert und lässt sich wiederherstellen.</translation>
    </message>
    <message>
        <source>Show…</source>
        <translation>Zeigen…</translation>
    </message>
    <message>
        <source>discarding the old session</source>
        <translation>das Verwerfen der alten Sitzung</translation>
    </message>
</context>
<context>
    <name>RecoveryDialog</name>
    <message>
        <source>Recover lost work</source>
        <translation>Verlorene Arbeit wiederherstellen</translation>
    </message>
    <message>
        <source>Work of these sessions was not saved. What you leave here is offered again.</source>
        <translation>Die Arbeit dieser Sitzungen wurde nicht gespeichert. Was Sie hier lassen, wird wieder angeboten.</translation>
    </message>
    <message>
        <source>Clip or project</source>
        <translation>Clip oder Projekt</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
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
        <source>looking at retouched pictures</source>
        <translation>das Nachsehen nach retuschierten Bildern</translation>
    </message>
    <message>
        <source>{0} was changed after it was brought back in frame {1}.</source>
        <translation>{0} wurde geändert, nachdem es in Bild {1} zurückgeholt wurde.</translation>
    </message>
    <message>
        <source>Read it again</source>
        <translation>Noch einmal lesen</translation>
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
        <source>{0} · {1} left</source>
        <translation>{0} · noch {1}</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>Exportieren</translation>
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
        <source>The range is rendered once the object is found.</source>
        <translation>Der Bereich wird gerendert, sobald das Objekt gefunden ist.</translation>
    </message>
    <message>
        <source>The range is rendered once the whole shape is known.</source>
        <translation>Der Bereich wird gerendert, sobald die ganze Form bekannt ist.</translation>
    </message>
    <message>
        <source>Nothing is painted before the whole shape of {0} is known: predict it first.</source>
        <translation>Gemalt wird erst, wenn die ganze Form von {0} bekannt ist: sagen Sie sie zuerst vorher.</translation>
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
        <source>{0:.0f} s a frame · {1} left</source>
        <translation>{0:.0f} s je Bild · noch {1}</translation>
    </message>
    <message>
        <source>{0:.1f} fps · {1} left</source>
        <translation>{0:.1f} B/s · noch {1}</translation>
    </message>
</context>
<context>
    <name>RestoreControls</name>
    <message>
        <source>Which objects are in front of it. One that is kept stays; one that is removed goes as well</source>
        <translation>Welche Objekte davor sind. Eines, das behalten wird, bleibt; eines, das entfernt wird, geht mit</translation>
    </message>
    <message>
        <source>anything</source>
        <translation>irgendetwas</translation>
    </message>
    <message>
        <source>What it is, as far as the network knows</source>
        <translation>Was es ist, soweit das Netz es kennt</translation>
    </message>
    <message>
        <source>Hidden by</source>
        <translation>Verdeckt von</translation>
    </message>
    <message>
        <source>It is</source>
        <translation>Es ist</translation>
    </message>
    <message>
        <source>say what…</source>
        <translation>wovon…</translation>
    </message>
    <message>
        <source>Hidden by: {0}</source>
        <translation>Verdeckt von: {0}</translation>
    </message>
    <message>
        <source>{0} (is removed)</source>
        <translation>{0} (wird entfernt)</translation>
    </message>
    <message>
        <source>{0} (stays)</source>
        <translation>{0} (bleibt)</translation>
    </message>
    <message>
        <source>{0} (is restored)</source>
        <translation>{0} (wird zurückgeholt)</translation>
    </message>
    <message>
        <source>There is no other object: mark what hides it first</source>
        <translation>Es gibt kein anderes Objekt: markieren Sie zuerst, was es verdeckt</translation>
    </message>
</context>
<context>
    <name>Restoring</name>
    <message>
        <source>No object touches {0}: mark what hides it, track it, and look again.</source>
        <translation>Kein Objekt berührt {0}: markieren und verfolgen Sie, was es verdeckt, und suchen Sie noch einmal.</translation>
    </message>
    <message>
        <source>Hidden by: {0}.</source>
        <translation>Verdeckt von: {0}.</translation>
    </message>
    <message>
        <source>looking for what hides {0}</source>
        <translation>das Suchen nach dem, was {0} verdeckt</translation>
    </message>
    <message>
        <source>predicting the whole shape of {0}</source>
        <translation>das Vorhersagen der ganzen Form von {0}</translation>
    </message>
    <message>
        <source>Looking for the whole shape</source>
        <translation>Die ganze Form wird gesucht</translation>
    </message>
    <message>
        <source>One frame has a whole shape: look at it, mend it, then render.</source>
        <translation>Ein Bild hat eine ganze Form: ansehen, ausbessern, dann rendern.</translation>
    </message>
    <message>
        <source>{0} frames have a whole shape: look at it, mend it, then render.</source>
        <translation>{0} Bilder haben eine ganze Form: ansehen, ausbessern, dann rendern.</translation>
    </message>
    <message>
        <source>Nothing of it is hidden in these frames, as far as the masks tell.</source>
        <translation>Soweit die Masken es sagen, ist in diesen Bildern nichts davon verdeckt.</translation>
    </message>
    <message>
        <source>Mask tools edit the whole shape now; Del forgets this frame&apos;s.</source>
        <translation>Maskenwerkzeuge bearbeiten jetzt die ganze Form; Entf vergisst die dieses Bildes.</translation>
    </message>
    <message>
        <source>There is no whole shape in this frame to copy.</source>
        <translation>In diesem Bild gibt es keine ganze Form zu kopieren.</translation>
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
    <name>SecondLook</name>
    <message>
        <source>looking at a track a second time</source>
        <translation>Verfolgtes ein zweites Mal ansehen</translation>
    </message>
    <message>
        <source>A second look disagrees in one frame.</source>
        <translation>Der zweite Blick sieht es in einem Bild anders.</translation>
    </message>
    <message>
        <source>A second look disagrees in {0} frames.</source>
        <translation>Der zweite Blick sieht es in {0} Bildern anders.</translation>
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
    <name>Sentences</name>
    <message>
        <source> Few editors open {0} in {1}: take .mkv, or name a --codec.</source>
        <translation> Wenige Schnittprogramme öffnen {0} in {1}: nehmen Sie .mkv oder einen anderen Codec.</translation>
    </message>
    <message>
        <source>; {0} cannot say that its language is &apos;{1}&apos;</source>
        <translation>; {0} kann nicht angeben, dass die Sprache „{1}“ ist</translation>
    </message>
    <message>
        <source>A folder gets {0} pictures.</source>
        <translation>Ein Ordner bekommt {0}-Bilder.</translation>
    </message>
    <message>
        <source>AVI keeps no time stamps and would change the clip&apos;s timing</source>
        <translation>AVI behält keine Zeitstempel und würde den Zeitablauf des Clips ändern</translation>
    </message>
    <message>
        <source>About the source: {0}.</source>
        <translation>Zur Quelle: {0}.</translation>
    </message>
    <message>
        <source>Alpha dropped: {0} has none here.</source>
        <translation>Alpha entfällt: {0} hat hier keines.</translation>
    </message>
    <message>
        <source>Another package named &apos;models&apos; ({0}) hides Cleanplate&apos;s own; run Cleanplate in an environment of its own, as packaging/bootstrap.py makes it.</source>
        <translation>Ein anderes Paket namens „models“ ({0}) verdeckt das von Cleanplate; starten Sie Cleanplate in einer eigenen Umgebung, wie packaging/bootstrap.py sie anlegt.</translation>
    </message>
    <message>
        <source>At frame {0} no point is on the object: give one without ,0.</source>
        <translation>In Bild {0} liegt kein Punkt auf dem Objekt: setzen Sie einen darauf.</translation>
    </message>
    <message>
        <source>Attachment {0} ({1})</source>
        <translation>Anhang {0} ({1})</translation>
    </message>
    <message>
        <source>Audio {0} ({1})</source>
        <translation>Ton {0} ({1})</translation>
    </message>
    <message>
        <source>CRF {0} is clearly finer than its own quantiser of {1}, so that next to nothing is lost</source>
        <translation>CRF {0} ist deutlich feiner als ihr eigener Quantisierer von {1}, so geht fast nichts verloren</translation>
    </message>
    <message>
        <source>Cannot write into {0}: {1}; choose a folder that can be written.</source>
        <translation>In {0} kann nicht geschrieben werden: {1}; wählen Sie einen beschreibbaren Ordner.</translation>
    </message>
    <message>
        <source>Cannot write {0}: it is {1}; give another name.</source>
        <translation>{0} kann nicht geschrieben werden: dort ist schon {1}; geben Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Cannot write {0}: the folder {1} does not exist; make it first.</source>
        <translation>{0} kann nicht geschrieben werden: den Ordner {1} gibt es nicht; legen Sie ihn zuerst an.</translation>
    </message>
    <message>
        <source>Cannot write {0}: {1}.</source>
        <translation>{0} kann nicht geschrieben werden: {1}.</translation>
    </message>
    <message>
        <source>Cannot write {0}: {1}; use one of {2}, or a folder for pictures.</source>
        <translation>{0} kann nicht geschrieben werden: {1}; nehmen Sie eines von {2}, oder einen Ordner für Bilder.</translation>
    </message>
    <message>
        <source>Chroma {0} interpolated to {1} for {2}.</source>
        <translation>Farbabtastung {0} auf {1} interpoliert, für {2}.</translation>
    </message>
    <message>
        <source>Chroma {0} reduced to {1} for {2}.</source>
        <translation>Farbabtastung {0} auf {1} verringert, für {2}.</translation>
    </message>
    <message>
        <source>DNxHR pictures always say BT.709 of themselves; the true matrix is in the container&apos;s tags only.</source>
        <translation>DNxHR-Bilder geben sich immer als BT.709 aus; die wahre Matrix steht nur in den Angaben des Containers.</translation>
    </message>
    <message>
        <source>Data {0} ({1})</source>
        <translation>Daten {0} ({1})</translation>
    </message>
    <message>
        <source>Dolby Vision data</source>
        <translation>Dolby-Vision-Daten</translation>
    </message>
    <message>
        <source>Dropped from inside the pictures: {0}.</source>
        <translation>Aus dem Inneren der Bilder entfällt: {0}.</translation>
    </message>
    <message>
        <source>Fields stay in the lines, but {0} codes the pictures as progressive: only the container can say that they are interlaced.</source>
        <translation>Die Halbbilder bleiben in den Zeilen, aber {0} codiert die Bilder als Vollbilder: nur der Container kann sagen, dass sie verschachtelt sind.</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>Dateiname zu lang</translation>
    </message>
    <message>
        <source>Finished frames could not be kept in {0}: {1}.</source>
        <translation>Fertige Bilder konnten nicht in {0} aufbewahrt werden: {1}.</translation>
    </message>
    <message>
        <source>Frame {0} is not rendered yet: switch on Live or render the range first, or export the source.</source>
        <translation>Bild {0} ist noch nicht gerendert: schalten Sie Live ein, rendern Sie zuerst den Bereich, oder exportieren Sie die Quelle.</translation>
    </message>
    <message>
        <source>Frames {0} to {1}, before the range, were looked at for what it hides; they are unchanged.</source>
        <translation>Die Bilder {0} bis {1} vor dem Bereich wurden nach dem durchsucht, was er verdeckt; sie sind unverändert.</translation>
    </message>
    <message>
        <source>GrabCut knows no more than the tracker and cannot look again at its masks: leave --look-again out, or name another --segmenter.</source>
        <translation>GrabCut weiß nicht mehr als die Verfolgung und kann ihre Masken nicht noch einmal ansehen: lassen Sie --look-again weg, oder nennen Sie einen anderen --segmenter.</translation>
    </message>
    <message>
        <source>Graphics cards are hidden from it (CUDA_VISIBLE_DEVICES, or the choice in Preferences).</source>
        <translation>Grafikkarten sind davor verborgen (CUDA_VISIBLE_DEVICES, oder die Wahl in den Einstellungen).</translation>
    </message>
    <message>
        <source>H.264 cannot code {0} lines as fields; the pictures are progressive.</source>
        <translation>H.264 kann {0} Zeilen nicht als Halbbilder codieren; die Bilder sind Vollbilder.</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>Ein-/Ausgabefehler</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>Ist ein Ordner</translation>
    </message>
    <message>
        <source>Mastering display and light level dropped: no way to write them with {0}.</source>
        <translation>Angaben zu Mastering-Monitor und Helligkeit entfallen: mit {0} lassen sie sich nicht schreiben.</translation>
    </message>
    <message>
        <source>No frame was handed in for {0}; nothing was written.</source>
        <translation>Für {0} kam kein Bild an; nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>No image in {0} has a name like {1}.</source>
        <translation>Kein Bild in {0} hat einen Namen wie {1}.</translation>
    </message>
    <message>
        <source>No network helped to restore: shapes, motion and colours come from what other frames show.</source>
        <translation>Kein Netz half beim Zurückholen: Formen, Bewegung und Farben kommen aus dem, was andere Bilder zeigen.</translation>
    </message>
    <message>
        <source>No network helped with motion: hidden parts move as what is seen of the object does.</source>
        <translation>Kein Netz half bei der Bewegung: verdeckte Teile bewegen sich wie das, was vom Objekt zu sehen ist.</translation>
    </message>
    <message>
        <source>No network helped with whole shapes: they come from what other frames show.</source>
        <translation>Kein Netz half bei ganzen Formen: sie kommen aus dem, was andere Bilder zeigen.</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>Kein Platz mehr auf dem Datenträger</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>Datei oder Ordner nicht gefunden</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>Kein Ordner</translation>
    </message>
    <message>
        <source>Nothing says where {0} is{1}: draw a box round it or paint it, then track.</source>
        <translation>Nichts sagt, wo {0}{1} ist: ziehen Sie einen Rahmen darum oder malen Sie es aus, dann verfolgen Sie es.</translation>
    </message>
    <message>
        <source>Nothing that could hide {0} has a mask in these frames: say what is in front of it, and track that.</source>
        <translation>Nichts, was {0} verdecken könnte, hat in diesen Bildern eine Maske: sagen Sie, was davor ist, und verfolgen Sie es.</translation>
    </message>
    <message>
        <source>Nothing was found at frame {0}: move the point onto the object, or give a box.</source>
        <translation>In Bild {0} wurde nichts gefunden: setzen Sie den Punkt auf das Objekt, oder ziehen Sie einen Rahmen.</translation>
    </message>
    <message>
        <source>Only whole shapes had a network&apos;s help: hidden parts move as what is seen of the object does, and what no frame shows of it is a smooth continuation of its colours.</source>
        <translation>Nur bei ganzen Formen half ein Netz: verdeckte Teile bewegen sich wie das, was vom Objekt zu sehen ist, und was kein Bild davon zeigt, ist eine glatte Fortsetzung seiner Farben.</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>Keine Berechtigung</translation>
    </message>
    <message>
        <source>Pictures cannot be numbered from {0}; give 0 or more.</source>
        <translation>Bilder können nicht ab {0} nummeriert werden; geben Sie 0 oder mehr an.</translation>
    </message>
    <message>
        <source>Pictures carry no time stamps; they are numbered in order.</source>
        <translation>Bilder tragen keine Zeitstempel; sie sind der Reihe nach nummeriert.</translation>
    </message>
    <message>
        <source>Pictures go into a folder: give {0} as the target.</source>
        <translation>Bilder kommen in einen Ordner: geben Sie {0} als Ziel an.</translation>
    </message>
    <message>
        <source>Pictures hold none of the clip&apos;s {0}; that is left behind.</source>
        <translation>Bilder fassen vom Clip nicht: {0}; das bleibt zurück.</translation>
    </message>
    <message>
        <source>Pixel aspect ratio and the sound&apos;s lead-in could not be written ({0}).</source>
        <translation>Pixelseitenverhältnis und Tonvorlauf konnten nicht geschrieben werden ({0}).</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>Das Dateisystem ist schreibgeschützt</translation>
    </message>
    <message>
        <source>Subtitles {0} ({1})</source>
        <translation>Untertitel {0} ({1})</translation>
    </message>
    <message>
        <source>Tags dropped ({0}): {1} has none.</source>
        <translation>Angaben entfallen ({0}): {1} hat keine.</translation>
    </message>
    <message>
        <source>The LUT {0} cannot be read: {1}.</source>
        <translation>Die LUT {0} kann nicht gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>The LUT {0} is larger than any LUT should be.</source>
        <translation>Die LUT {0} ist größer, als eine LUT sein sollte.</translation>
    </message>
    <message>
        <source>The NVIDIA driver is too old for this torch (CUDA {0}): update the driver.</source>
        <translation>Der NVIDIA-Treiber ist zu alt für dieses torch (CUDA {0}): aktualisieren Sie den Treiber.</translation>
    </message>
    <message>
        <source>The archive of {0} does not hold {1}.</source>
        <translation>Das Archiv von {0} enthält {1} nicht.</translation>
    </message>
    <message>
        <source>The archive of {0} is not the expected one (SHA-256 differs); try again.</source>
        <translation>Das Archiv von {0} ist nicht das erwartete (SHA-256 weicht ab); versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The autosave cannot be written into {0}: {1}.</source>
        <translation>Die automatische Sicherung kann nicht in {0} geschrieben werden: {1}.</translation>
    </message>
    <message>
        <source>The autosave folder {0} cannot be written: {1}.</source>
        <translation>In den Ordner der automatischen Sicherung {0} kann nicht geschrieben werden: {1}.</translation>
    </message>
    <message>
        <source>The box {0} is {1}x{2} pixels: give a width and a height of at least 1.</source>
        <translation>Der Rahmen {0} hat {1}x{2} Pixel: Breite und Höhe müssen mindestens 1 sein.</translation>
    </message>
    <message>
        <source>The box {0},{1},{2},{3} ({4}x{5} pixels) at frame {6} lies outside the picture, which is {7}x{8}: give a box inside it.</source>
        <translation>Der Rahmen {0},{1},{2},{3} ({4}x{5} Pixel) in Bild {6} liegt außerhalb des Bildes mit {7}x{8}: ziehen Sie ihn darin.</translation>
    </message>
    <message>
        <source>The clip {0} of the project {1} is no longer at {2}, nor beside the project: say where it is now.</source>
        <translation>Der Clip {0} des Projekts {1} ist nicht mehr unter {2} und auch nicht neben dem Projekt: sagen Sie, wo er jetzt ist.</translation>
    </message>
    <message>
        <source>The device gave no picture for frame {0}.</source>
        <translation>Das Gerät hat für Bild {0} kein Bild geliefert.</translation>
    </message>
    <message>
        <source>The disk is full: {0} could not be written, nothing of it was left; make room.</source>
        <translation>Der Datenträger ist voll: {0} konnte nicht geschrieben werden, nichts davon blieb liegen; schaffen Sie Platz.</translation>
    </message>
    <message>
        <source>The engine failed on frame {0} ({1}: {2}).</source>
        <translation>Die Engine ist an Bild {0} gescheitert ({1}: {2}).</translation>
    </message>
    <message>
        <source>The engine that is used needs no graphics card.</source>
        <translation>Die Engine, die benutzt wird, braucht keine Grafikkarte.</translation>
    </message>
    <message>
        <source>The engine {0} uses no GPU: it ran on the CPU.</source>
        <translation>Die Engine {0} nutzt keine Grafikkarte: sie lief auf dem Prozessor.</translation>
    </message>
    <message>
        <source>The file {0} is missing; install Cleanplate again.</source>
        <translation>Die Datei {0} fehlt; installieren Sie Cleanplate neu.</translation>
    </message>
    <message>
        <source>The folder &apos;models&apos; is missing beside {0}; install Cleanplate again.</source>
        <translation>Der Ordner „models“ fehlt neben {0}; installieren Sie Cleanplate neu.</translation>
    </message>
    <message>
        <source>The folder &apos;resources&apos; is missing beside {0}; install Cleanplate again.</source>
        <translation>Der Ordner „resources“ fehlt neben {0}; installieren Sie Cleanplate neu.</translation>
    </message>
    <message>
        <source>The folder for temporary data {0} cannot be used ({1}): name another one in CLEANPLATE_CACHE_DIR.</source>
        <translation>Der Ordner für vorläufige Daten {0} ist nicht benutzbar ({1}): nennen Sie einen anderen in CLEANPLATE_CACHE_DIR.</translation>
    </message>
    <message>
        <source>The folder {0} cannot be read: {1}.</source>
        <translation>Der Ordner {0} kann nicht gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>The folder {0} does not exist.</source>
        <translation>Den Ordner {0} gibt es nicht.</translation>
    </message>
    <message>
        <source>The folder {0} holds no PNG, TIFF or JPEG image.</source>
        <translation>Der Ordner {0} enthält kein PNG-, TIFF- oder JPEG-Bild.</translation>
    </message>
    <message>
        <source>The folder {0} holds {1} image sequences ({2}); name one of its images.</source>
        <translation>Der Ordner {0} enthält {1} Bildsequenzen ({2}); wählen Sie eines ihrer Bilder.</translation>
    </message>
    <message>
        <source>The frames&apos; times vary, and pictures have none: they are numbered one after the other.</source>
        <translation>Die Bildzeiten schwanken, und einzelne Bilder haben keine: sie werden der Reihe nach nummeriert.</translation>
    </message>
    <message>
        <source>The language file {0} cannot be read; install Cleanplate again.</source>
        <translation>Die Sprachdatei {0} kann nicht gelesen werden; installieren Sie Cleanplate neu.</translation>
    </message>
    <message>
        <source>The mask {0} is empty: nothing in it is brighter than {1}.</source>
        <translation>Die Maske {0} ist leer: nichts darin ist heller als {1}.</translation>
    </message>
    <message>
        <source>The mask {0} is {1}x{2}, but the clip is {3}x{4}: give masks of the same size.</source>
        <translation>Die Maske {0} hat {1}x{2}, der Clip aber {3}x{4}: nehmen Sie Masken derselben Größe.</translation>
    </message>
    <message>
        <source>The part of {0} that is kept is not the expected one (SHA-256 differs).</source>
        <translation>Der Teil von {0}, der bleibt, ist nicht der erwartete (SHA-256 weicht ab).</translation>
    </message>
    <message>
        <source>The pictures become {0}; {1}.</source>
        <translation>Die Bilder werden zu {0}; {1}.</translation>
    </message>
    <message>
        <source>The point {0},{1} at frame {2} lies outside the picture, which is {3}x{4}: give a point inside it.</source>
        <translation>Der Punkt {0},{1} in Bild {2} liegt außerhalb des Bildes mit {3}x{4}: setzen Sie ihn hinein.</translation>
    </message>
    <message>
        <source>The preferences cannot be kept in {0}: {1}; they hold until you quit.</source>
        <translation>Die Einstellungen können nicht in {0} gespeichert werden: {1}; sie gelten, bis Sie beenden.</translation>
    </message>
    <message>
        <source>The project cannot be saved as {0}: {1}; choose another place.</source>
        <translation>Das Projekt kann nicht als {0} gespeichert werden: {1}; wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>The project {0} cannot be read: it is not a file.</source>
        <translation>Das Projekt {0} kann nicht gelesen werden: es ist keine Datei.</translation>
    </message>
    <message>
        <source>The project {0} cannot be read: {1}.</source>
        <translation>Das Projekt {0} kann nicht gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>The reference of frame {0} was not used: it lies outside the range.</source>
        <translation>Die Referenz von Bild {0} wurde nicht benutzt: sie liegt außerhalb des Bereichs.</translation>
    </message>
    <message>
        <source>The reference of frame {0} was not used: nothing is removed there.</source>
        <translation>Die Referenz von Bild {0} wurde nicht benutzt: dort wird nichts entfernt.</translation>
    </message>
    <message>
        <source>The reference {0} is {1}x{2}, but the clip is {3}x{4}: give a picture of the same size.</source>
        <translation>Die Referenz {0} hat {1}x{2}, der Clip aber {3}x{4}: nehmen Sie ein Bild derselben Größe.</translation>
    </message>
    <message>
        <source>The report cannot be written into {0}: {1}.</source>
        <translation>Der Bericht kann nicht in {0} geschrieben werden: {1}.</translation>
    </message>
    <message>
        <source>The report cannot be written: the folder {0} does not exist; make it first.</source>
        <translation>Der Bericht kann nicht geschrieben werden: den Ordner {0} gibt es nicht; legen Sie ihn zuerst an.</translation>
    </message>
    <message>
        <source>The report {0} is a folder: give a file name, for example report.json.</source>
        <translation>Der Bericht {0} ist ein Ordner: geben Sie einen Dateinamen, zum Beispiel report.json.</translation>
    </message>
    <message>
        <source>The result would replace its own source {0}; give it another name.</source>
        <translation>Das Ergebnis würde seine eigene Quelle {0} ersetzen; geben Sie ihm einen anderen Namen.</translation>
    </message>
    <message>
        <source>The rotation flag is dropped: {0} has none, so players show the pictures unturned.</source>
        <translation>Die Drehungsangabe entfällt: {0} hat keine, also zeigen Abspielprogramme die Bilder ungedreht.</translation>
    </message>
    <message>
        <source>The segmenter cannot look again every {0} frames: give 0 or more.</source>
        <translation>Die Segmentierung kann nicht alle {0} Bilder neu hinsehen: geben Sie 0 oder mehr an.</translation>
    </message>
    <message>
        <source>The server of {0} is not trusted (its certificate is refused); check date and network.</source>
        <translation>Dem Server von {0} wird nicht vertraut (sein Zertifikat wird abgelehnt); prüfen Sie Datum und Netz.</translation>
    </message>
    <message>
        <source>The sound of {0} cannot be decoded: its rate or channels are missing.</source>
        <translation>Der Ton von {0} kann nicht decodiert werden: Abtastrate oder Kanäle fehlen.</translation>
    </message>
    <message>
        <source>The source is {0}.</source>
        <translation>Die Quelle ist {0}.</translation>
    </message>
    <message>
        <source>The timecode {0} is dropped: {1} has none.</source>
        <translation>Der Timecode {0} entfällt: {1} hat keinen.</translation>
    </message>
    <message>
        <source>The tracker is unsure in {0} {1}: look at the masks there.</source>
        <translation>Die Verfolgung ist unsicher in {0} {1}: sehen Sie sich dort die Masken an.</translation>
    </message>
    <message>
        <source>The tracker&apos;s model {0} is not there: name an ONNX file.</source>
        <translation>Das Modell {0} der Verfolgung ist nicht da: nennen Sie eine ONNX-Datei.</translation>
    </message>
    <message>
        <source>The weights of {0} are not here: fetch them in Mask &gt; Clicks &gt; Models for clicks, or with &apos;cleanplate models fetch {1}&apos;.</source>
        <translation>Die Gewichte von {0} sind nicht hier: holen Sie sie unter Maske &gt; Klicks &gt; Modelle für Klicks oder mit „cleanplate models fetch {1}“.</translation>
    </message>
    <message>
        <source>The weights {0} are missing ({1}).</source>
        <translation>Die Gewichte {0} fehlen ({1}).</translation>
    </message>
    <message>
        <source>The weights {0} are missing ({1}); install Cleanplate again.</source>
        <translation>Die Gewichte {0} fehlen ({1}); installieren Sie Cleanplate neu.</translation>
    </message>
    <message>
        <source>The weights {0} are missing ({1}); {2}.</source>
        <translation>Die Gewichte {0} fehlen ({1}); {2}.</translation>
    </message>
    <message>
        <source>The weights {0} have no convolution {1} of shape {2}.</source>
        <translation>Die Gewichte {0} haben keine Faltung {1} der Form {2}.</translation>
    </message>
    <message>
        <source>The weights {0} have {1} at {2} where {3} belongs.</source>
        <translation>Die Gewichte {0} haben {1} bei {2}, wohin {3} gehört.</translation>
    </message>
    <message>
        <source>The weights {0} hold unknown arrays: {1}.</source>
        <translation>Die Gewichte {0} enthalten unbekannte Felder: {1}.</translation>
    </message>
    <message>
        <source>The window could not be measured: {0}.</source>
        <translation>Das Fenster konnte nicht gemessen werden: {0}.</translation>
    </message>
    <message>
        <source>The {0} is {1} px, but it cannot be negative: give 0 or more.</source>
        <translation>Der Wert {0} ist {1} px, kann aber nicht negativ sein: geben Sie 0 oder mehr an.</translation>
    </message>
    <message>
        <source>There are no candidates {0}: choose one of {1}.</source>
        <translation>Kandidaten {0} gibt es nicht: wählen Sie eines von {1}.</translation>
    </message>
    <message>
        <source>There are no weights called &apos;{0}&apos;; known are: {1}.</source>
        <translation>Gewichte namens „{0}“ gibt es nicht; bekannt sind: {1}.</translation>
    </message>
    <message>
        <source>There are no weights named {0}: choose from {1}.</source>
        <translation>Gewichte namens {0} gibt es nicht: wählen Sie aus {1}.</translation>
    </message>
    <message>
        <source>There is no NVIDIA driver here.</source>
        <translation>Hier gibt es keinen NVIDIA-Treiber.</translation>
    </message>
    <message>
        <source>There is no NVIDIA graphics card with a working driver here.</source>
        <translation>Hier gibt es keine NVIDIA-Grafikkarte mit funktionierendem Treiber.</translation>
    </message>
    <message>
        <source>There is no class {0}: choose one of {1}, or leave it out.</source>
        <translation>Es gibt keine Klasse {0}: wählen Sie eine von {1}, oder lassen Sie sie weg.</translation>
    </message>
    <message>
        <source>There is no clip at {0}: say where {1} is now.</source>
        <translation>Unter {0} gibt es keinen Clip: sagen Sie, wo {1} jetzt ist.</translation>
    </message>
    <message>
        <source>There is no codec named &apos;{0}&apos;; choose one of {1}.</source>
        <translation>Einen Codec namens „{0}“ gibt es nicht; wählen Sie einen von {1}.</translation>
    </message>
    <message>
        <source>There is no engine {0}: choose one of {1}.</source>
        <translation>Die Engine {0} gibt es nicht: wählen Sie eine von {1}.</translation>
    </message>
    <message>
        <source>There is no file {0}.</source>
        <translation>Die Datei {0} gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no quality named &apos;{0}&apos;; choose one of {1}.</source>
        <translation>Eine Qualität namens „{0}“ gibt es nicht; wählen Sie eine von {1}.</translation>
    </message>
    <message>
        <source>There is no segmenter {0}: choose one of {1}.</source>
        <translation>Die Segmentierung {0} gibt es nicht: wählen Sie eine von {1}.</translation>
    </message>
    <message>
        <source>There is no tracker {0}: choose one of {1}.</source>
        <translation>Die Verfolgung {0} gibt es nicht: wählen Sie eine von {1}.</translation>
    </message>
    <message>
        <source>There is no {0}; who has {1} ({2}) may put it there.</source>
        <translation>{0} gibt es nicht; wer {1} ({2}) hat, kann es dorthin legen.</translation>
    </message>
    <message>
        <source>There is nothing to remove from frame {0} on: the masks are empty there.</source>
        <translation>Ab Bild {0} gibt es nichts zu entfernen: die Masken sind dort leer.</translation>
    </message>
    <message>
        <source>There is nothing to remove: mark something first.</source>
        <translation>Es gibt nichts zu entfernen: markieren Sie zuerst etwas.</translation>
    </message>
    <message>
        <source>{0} has {1} frame of {2}x{3}, but the project was made with {4} of {5}x{6}: choose that clip.</source>
        <translation>{0} hat {1} Bild von {2}x{3}, das Projekt wurde aber mit {4} von {5}x{6} gemacht: wählen Sie jenen Clip.</translation>
    </message>
    <message>
        <source>{0} has {1} frames of {2}x{3}, but the project was made with {4} of {5}x{6}: choose that clip.</source>
        <translation>{0} hat {1} Bilder von {2}x{3}, das Projekt wurde aber mit {4} von {5}x{6} gemacht: wählen Sie jenen Clip.</translation>
    </message>
    <message>
        <source>{0} has {1} mask, but the clip has {2}: give one mask for every frame.</source>
        <translation>{0} hat {1} Maske, der Clip aber {2}: nehmen Sie eine Maske für jedes Bild.</translation>
    </message>
    <message>
        <source>{0} holds video of a kind for which FFmpeg has no decoder; convert it to another codec first.</source>
        <translation>{0} enthält Video einer Art, für die FFmpeg keinen Decoder hat; wandeln Sie es erst in einen anderen Codec um.</translation>
    </message>
    <message>
        <source>{0} is a text file, not a video; choose a video file, such as an MP4 or a MOV.</source>
        <translation>{0} ist eine Textdatei, kein Video; wählen Sie eine Videodatei, etwa MP4 oder MOV.</translation>
    </message>
    <message>
        <source>{0} is empty (0 bytes); copy or record the file again.</source>
        <translation>{0} ist leer (0 Byte); kopieren Sie die Datei noch einmal, oder nehmen Sie neu auf.</translation>
    </message>
    <message>
        <source>{0} is not a video that FFmpeg can read (damaged, or another kind of file); if it plays elsewhere, convert it to MP4 or MOV first.</source>
        <translation>{0} ist kein Video, das FFmpeg lesen kann (beschädigt, oder eine andere Art von Datei); wenn es sich anderswo abspielen lässt, wandeln Sie es erst in MP4 oder MOV um.</translation>
    </message>
    <message>
        <source>{0} is not the official {1} (size or SHA-256 differs): take the file as it was published, or fetch it.</source>
        <translation>{0} ist nicht das offizielle {1} (Größe oder SHA-256 weicht ab): nehmen Sie die Datei, wie sie veröffentlicht wurde, oder holen Sie sie.</translation>
    </message>
    <message>
        <source>There is nothing to remove in frames {0} to {1} of {2}: the masks are empty there.</source>
        <translation>In den Bildern {0} bis {1} von {2} gibt es nichts zu entfernen: die Masken sind dort leer.</translation>
    </message>
    <message>
        <source>Cannot replace {0}: another program has it open; close it there, or give another name.</source>
        <translation>{0} lässt sich nicht ersetzen: Ein anderes Programm hat es offen; dort schließen oder einen anderen Namen angeben.</translation>
    </message>
    <message>
        <source>Cannot write {0}: that is too long; give it a shorter name.</source>
        <translation>{0} lässt sich nicht schreiben: das ist zu lang; geben Sie einen kürzeren Namen.</translation>
    </message>
    <message>
        <source>Cannot write {0}: {1}; give another name.</source>
        <translation>{0} lässt sich nicht schreiben: {1}; einen anderen Namen angeben.</translation>
    </message>
    <message>
        <source>Fields stay in the lines, but nothing says so: set the {0} pictures to interlaced (BFF) where they are used.</source>
        <translation>Die Halbbilder bleiben in den Zeilen, aber nichts sagt es: die {0}-Bilder dort, wo sie verwendet werden, auf verschachtelt (BFF) stellen.</translation>
    </message>
    <message>
        <source>Fields stay in the lines, but nothing says so: set the {0} pictures to interlaced (TFF) where they are used.</source>
        <translation>Die Halbbilder bleiben in den Zeilen, aber nichts sagt es: die {0}-Bilder dort, wo sie verwendet werden, auf verschachtelt (TFF) stellen.</translation>
    </message>
    <message>
        <source>Full range converted to limited: {0} cannot say that it is full.</source>
        <translation>Voller Wertebereich in begrenzten umgerechnet: {0} kann nicht sagen, dass er voll ist.</translation>
    </message>
    <message>
        <source>No network helped to paint: what no frame shows is a smooth continuation of colours.</source>
        <translation>Kein Netz half beim Malen: was kein Bild zeigt, ist eine glatte Fortsetzung der Farben.</translation>
    </message>
    <message>
        <source>Not checked: a second look needs the mask network, and its weights or torch are not here.</source>
        <translation>Nicht geprüft: Ein zweiter Blick braucht das Maskennetz, und dessen Gewichte oder Torch sind nicht da.</translation>
    </message>
    <message>
        <source>The box at frame {0} is outside the clip, whose last frame is {1}.</source>
        <translation>Der Rahmen in Bild {0} liegt außerhalb des Clips, dessen letztes Bild {1} ist.</translation>
    </message>
    <message>
        <source>The mask {0} is for frame {1}, but the clip&apos;s last frame is {2}.</source>
        <translation>Die Maske {0} ist für Bild {1}, das letzte Bild des Clips ist aber {2}.</translation>
    </message>
    <message>
        <source>The point at frame {0} is outside the clip, whose last frame is {1}.</source>
        <translation>Der Punkt in Bild {0} liegt außerhalb des Clips, dessen letztes Bild {1} ist.</translation>
    </message>
    <message>
        <source>The range {0} reaches beyond {1}: give at most 0:{2}.</source>
        <translation>Der Bereich {0} reicht über {1} hinaus: geben Sie höchstens 0:{2} an.</translation>
    </message>
    <message>
        <source>The reference {0} is for frame {1}, but the clip&apos;s last frame is {2}.</source>
        <translation>Die Referenz {0} ist für Bild {1}, das letzte Bild des Clips ist aber {2}.</translation>
    </message>
    <message>
        <source>The report would replace {0}, which is the clip, its result, or what is read for it: give it another name.</source>
        <translation>Der Bericht würde {0} ersetzen: den Clip, sein Ergebnis oder etwas, das dafür gelesen wird. Geben Sie ihm einen anderen Namen.</translation>
    </message>
    <message>
        <source>The report {0} cannot be written: {1}.</source>
        <translation>Der Bericht {0} kann nicht geschrieben werden: {1}.</translation>
    </message>
    <message>
        <source>There is nothing to restore in frames {0} to {1} of {2}: no whole shape reaches behind what hides the object there.</source>
        <translation>In den Bildern {0} bis {1} von {2} gibt es nichts zurückzuholen: keine ganze Form reicht dort hinter das, was das Objekt verdeckt.</translation>
    </message>
    <message>
        <source>This bundle has no pip; take {0} (SHA-256 {1}) from {2} by hand and put it into {3}.</source>
        <translation>Dieses Paket hat kein pip; nehmen Sie {0} (SHA-256 {1}) von Hand aus {2}, und legen Sie es in {3}.</translation>
    </message>
    <message>
        <source>This torch was built without CUDA; the README says how to install one with it.</source>
        <translation>Dieses torch wurde ohne CUDA gebaut; das README sagt, wie man eines damit installiert.</translation>
    </message>
    <message>
        <source>This version of Cleanplate comes without the weights {0}.</source>
        <translation>Diese Version von Cleanplate kommt ohne die Gewichte {0}.</translation>
    </message>
    <message>
        <source>Time stamps are rounded to {0}: {1} counts no finer.</source>
        <translation>Zeitstempel werden auf {0} gerundet: feiner zählt {1} nicht.</translation>
    </message>
    <message>
        <source>Time stamps are {0}, all moved by {1} s: {2} begins at zero.</source>
        <translation>Die Zeitstempel sind {0}, alle um {1} s verschoben: {2} beginnt bei null.</translation>
    </message>
    <message>
        <source>Time stamps are {0}, counted from the first frame written.</source>
        <translation>Die Zeitstempel sind {0}, gezählt ab dem ersten geschriebenen Bild.</translation>
    </message>
    <message>
        <source>Time stamps are {0}.</source>
        <translation>Die Zeitstempel sind {0}.</translation>
    </message>
    <message>
        <source>Time stamps keep their distances, in ticks of 1/90000 s; a transport stream sets its own start.</source>
        <translation>Die Zeitstempel behalten ihre Abstände, in Schritten von 1/90000 s; ein Transportstrom setzt seinen eigenen Anfang.</translation>
    </message>
    <message>
        <source>Video {0} ({1})</source>
        <translation>Video {0} ({1})</translation>
    </message>
    <message>
        <source>a file, but pictures go into a folder</source>
        <translation>eine Datei, aber Bilder kommen in einen Ordner</translation>
    </message>
    <message>
        <source>a folder, not a file</source>
        <translation>ein Ordner, keine Datei</translation>
    </message>
    <message>
        <source>active format description</source>
        <translation>Angabe des aktiven Bildformats</translation>
    </message>
    <message>
        <source>as asked</source>
        <translation>wie gewünscht</translation>
    </message>
    <message>
        <source>attachments</source>
        <translation>Anhänge</translation>
    </message>
    <message>
        <source>chapters</source>
        <translation>Kapitel</translation>
    </message>
    <message>
        <source>closed captions</source>
        <translation>verdeckte Untertitel</translation>
    </message>
    <message>
        <source>cover picture</source>
        <translation>Titelbild</translation>
    </message>
    <message>
        <source>cover that could not be read, left out</source>
        <translation>Titelbild, das nicht gelesen werden konnte, weggelassen</translation>
    </message>
    <message>
        <source>damaged packets</source>
        <translation>beschädigte Pakete</translation>
    </message>
    <message>
        <source>damaged places while reading the sound and the other streams</source>
        <translation>beschädigte Stellen beim Lesen des Tons und der anderen Ströme</translation>
    </message>
    <message>
        <source>data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>dropped: QuickTime has no place for it</source>
        <translation>entfällt: QuickTime hat keinen Platz dafür</translation>
    </message>
    <message>
        <source>dropped: WebM has no attachments</source>
        <translation>entfällt: WebM hat keine Anhänge</translation>
    </message>
    <message>
        <source>dropped: it cannot be cut without decoding it</source>
        <translation>entfällt: es lässt sich nicht schneiden, ohne es zu decodieren</translation>
    </message>
    <message>
        <source>dropped: {0} cannot hold it</source>
        <translation>entfällt: {0} kann es nicht fassen</translation>
    </message>
    <message>
        <source>encoded as {0}: {1} cannot hold it as it is</source>
        <translation>als {0} codiert: {1} kann es nicht fassen, wie es ist</translation>
    </message>
    <message>
        <source>found behind a cut by its look alone</source>
        <translation>hinter einem Schnitt nur am Aussehen wiedergefunden</translation>
    </message>
    <message>
        <source>it has no ending</source>
        <translation>es hat keine Endung</translation>
    </message>
    <message>
        <source>its rate suggests CRF {0}</source>
        <translation>ihre Datenrate spricht für CRF {0}</translation>
    </message>
    <message>
        <source>kept as an attached picture</source>
        <translation>bleibt als angehängtes Bild</translation>
    </message>
    <message>
        <source>no change is seen</source>
        <translation>zu sehen ist keine Änderung</translation>
    </message>
    <message>
        <source>no video stream</source>
        <translation>keinen Videostrom</translation>
    </message>
    <message>
        <source>odd chroma grid</source>
        <translation>ungewöhnliche Farbabtastung</translation>
    </message>
    <message>
        <source>only sound</source>
        <translation>nur Ton</translation>
    </message>
    <message>
        <source>packets at the end that do not decode, left out</source>
        <translation>Pakete am Ende, die sich nicht decodieren lassen, weggelassen</translation>
    </message>
    <message>
        <source>packets that do not decode, left out</source>
        <translation>Pakete, die sich nicht decodieren lassen, weggelassen</translation>
    </message>
    <message>
        <source>packets whose time runs backwards, left out</source>
        <translation>Pakete, deren Zeit rückwärts läuft, weggelassen</translation>
    </message>
    <message>
        <source>packets without a time, left out</source>
        <translation>Pakete ohne Zeit, weggelassen</translation>
    </message>
    <message>
        <source>palette colours are read as 8-bit RGB with alpha</source>
        <translation>Palettenfarben werden als 8-Bit-RGB mit Alpha gelesen</translation>
    </message>
    <message>
        <source>pip could not download {0} ({1}); check the network and try again.</source>
        <translation>pip konnte {0} nicht herunterladen ({1}); prüfen Sie das Netz, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>pixel format {0} is read as {1}</source>
        <translation>das Pixelformat {0} wird als {1} gelesen</translation>
    </message>
    <message>
        <source>rewritten as {0}: {1} cannot hold it as it is</source>
        <translation>als {0} neu geschrieben: {1} kann es nicht fassen, wie es ist</translation>
    </message>
    <message>
        <source>rounded to the container&apos;s tick of 1 ms</source>
        <translation>auf den Schritt des Containers von 1 ms gerundet</translation>
    </message>
    <message>
        <source>sound</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>spherical projection</source>
        <translation>Kugelprojektion</translation>
    </message>
    <message>
        <source>stereo arrangement</source>
        <translation>Stereoanordnung</translation>
    </message>
    <message>
        <source>subtitles</source>
        <translation>Untertitel</translation>
    </message>
    <message>
        <source>the display matrix is not a turn by right angles and was not applied</source>
        <translation>die Anzeigematrix ist keine Drehung um rechte Winkel und wurde nicht angewandt</translation>
    </message>
    <message>
        <source>the ending &apos;{0}&apos; names no format that can be written</source>
        <translation>die Endung „{0}“ nennt kein Format, das geschrieben werden kann</translation>
    </message>
    <message>
        <source>the last {0} frame(s) do not decode and were left out</source>
        <translation>die letzten {0} Bilder lassen sich nicht decodieren und wurden weggelassen</translation>
    </message>
    <message>
        <source>the source&apos;s, to the tick</source>
        <translation>die der Quelle, auf den Schritt genau</translation>
    </message>
    <message>
        <source>the tracker is {0} sure</source>
        <translation>die Verfolgung ist sich zu {0} sicher</translation>
    </message>
    <message>
        <source>time stamps are missing or out of order; frames are taken to follow each other evenly</source>
        <translation>Zeitstempel fehlen oder sind nicht in Reihenfolge; es wird angenommen, dass die Bilder gleichmäßig aufeinanderfolgen</translation>
    </message>
    <message>
        <source>timecode in the pictures</source>
        <translation>Timecode in den Bildern</translation>
    </message>
    <message>
        <source>to keep every sample, write .mkv</source>
        <translation>um jeden Wert zu behalten, schreiben Sie .mkv</translation>
    </message>
    <message>
        <source>torch sees no CUDA device here</source>
        <translation>torch sieht hier kein CUDA-Gerät</translation>
    </message>
    <message>
        <source>{0} Meanwhile GrabCut answers clicks, by colour alone.</source>
        <translation>{0} Inzwischen beantwortet GrabCut Klicks, nur nach Farbe.</translation>
    </message>
    <message>
        <source>{0} appeared while it was being written; nothing was replaced.</source>
        <translation>{0} entstand, während es geschrieben wurde; nichts wurde ersetzt.</translation>
    </message>
    <message>
        <source>{0} bit {1}</source>
        <translation>{0} Bit {1}</translation>
    </message>
    <message>
        <source>{0} cannot be decoded on {1}: {2}.</source>
        <translation>{0} kann auf {1} nicht decodiert werden: {2}.</translation>
    </message>
    <message>
        <source>{0} cannot be fetched, its server cannot be reached: check the network and try again.</source>
        <translation>{0} kann nicht geholt werden, der Server ist nicht erreichbar: prüfen Sie das Netz, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>{0} cannot be opened: permission denied.</source>
        <translation>{0} kann nicht geöffnet werden: keine Berechtigung.</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1}).</source>
        <translation>{0} kann nicht gelesen werden ({1}).</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1}); delete it and fetch {2} again.</source>
        <translation>{0} kann nicht gelesen werden ({1}); löschen Sie es, und holen Sie {2} noch einmal.</translation>
    </message>
    <message>
        <source>{0} cannot be read: {1}.</source>
        <translation>{0} kann nicht gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>{0} cannot be written at quality &apos;{1}&apos;; it offers: {2}.</source>
        <translation>{0} kann nicht mit der Qualität „{1}“ geschrieben werden; es bietet: {2}.</translation>
    </message>
    <message>
        <source>{0} cannot be written here: this FFmpeg was built without {1}; choose another --codec ({2}).</source>
        <translation>{0} kann hier nicht geschrieben werden: dieses FFmpeg wurde ohne {1} gebaut; wählen Sie einen anderen Codec ({2}).</translation>
    </message>
    <message>
        <source>{0} cannot be written into {1} ({2}); use {3}, or another --codec.</source>
        <translation>{0} kann nicht in {1} geschrieben werden ({2}); nehmen Sie {3}, oder einen anderen Codec.</translation>
    </message>
    <message>
        <source>{0} cannot be written into {1}.</source>
        <translation>{0} kann nicht in {1} geschrieben werden.</translation>
    </message>
    <message>
        <source>{0} cannot be written: {1}.</source>
        <translation>{0} kann nicht geschrieben werden: {1}.</translation>
    </message>
    <message>
        <source>{0} cannot hide itself: choose another object that is in front of it.</source>
        <translation>{0} kann sich nicht selbst verdecken: wählen Sie ein anderes Objekt, das davor ist.</translation>
    </message>
    <message>
        <source>{0} chapters dropped: {1} has none.</source>
        <translation>{0} Kapitel entfallen: {1} hat keine.</translation>
    </message>
    <message>
        <source>{0} converted to {1} for {2}.</source>
        <translation>{0} in {1} umgewandelt, für {2}.</translation>
    </message>
    <message>
        <source>{0} copied.</source>
        <translation>{0} wird übernommen.</translation>
    </message>
    <message>
        <source>{0} could not be stored in {1}: {2}.</source>
        <translation>{0} konnte nicht in {1} abgelegt werden: {2}.</translation>
    </message>
    <message>
        <source>{0} cover picture.</source>
        <translation>{0} Titelbild.</translation>
    </message>
    <message>
        <source>{0} cover that could not be read, left out.</source>
        <translation>{0} Titelbild, das nicht gelesen werden konnte, weggelassen.</translation>
    </message>
    <message>
        <source>{0} damaged packet(s) gave no frame</source>
        <translation>{0} beschädigte Pakete ergaben kein Bild</translation>
    </message>
    <message>
        <source>{0} damaged packets.</source>
        <translation>{0} beschädigte Pakete.</translation>
    </message>
    <message>
        <source>{0} damaged places while reading the sound and the other streams.</source>
        <translation>{0} beschädigte Stellen beim Lesen des Tons und der anderen Ströme.</translation>
    </message>
    <message>
        <source>{0} does not exist.</source>
        <translation>{0} gibt es nicht.</translation>
    </message>
    <message>
        <source>{0} does not fit RAFT-small ({1}).</source>
        <translation>{0} passt nicht zu RAFT-small ({1}).</translation>
    </message>
    <message>
        <source>{0} does not fit its network ({1}).</source>
        <translation>{0} passt nicht zu seinem Netz ({1}).</translation>
    </message>
    <message>
        <source>{0} does not go into {1} files, so {2} is written.</source>
        <translation>{0} geht nicht in {1}-Dateien, also wird {2} geschrieben.</translation>
    </message>
    <message>
        <source>{0} dropped: QuickTime has no place for it.</source>
        <translation>{0} entfällt: QuickTime hat keinen Platz dafür.</translation>
    </message>
    <message>
        <source>{0} dropped: WebM has no attachments.</source>
        <translation>{0} entfällt: WebM hat keine Anhänge.</translation>
    </message>
    <message>
        <source>{0} dropped: it cannot be cut without decoding it.</source>
        <translation>{0} entfällt: es lässt sich nicht schneiden, ohne es zu decodieren.</translation>
    </message>
    <message>
        <source>{0} dropped: {1} cannot hold it.</source>
        <translation>{0} entfällt: {1} kann es nicht fassen.</translation>
    </message>
    <message>
        <source>{0} encoded as {1}: {2} cannot hold it as it is.</source>
        <translation>{0} als {1} codiert: {2} kann es nicht fassen, wie es ist.</translation>
    </message>
    <message>
        <source>{0} frame</source>
        <translation>{0} Bild</translation>
    </message>
    <message>
        <source>{0} frame shared a time stamp with its neighbour and was moved by one tick.</source>
        <translation>{0} Bild hatte denselben Zeitstempel wie sein Nachbar und wurde um einen Takt verschoben.</translation>
    </message>
    <message>
        <source>{0} frame(s) before the first decodable one were left out</source>
        <translation>{0} Bilder vor dem ersten decodierbaren wurden weggelassen</translation>
    </message>
    <message>
        <source>{0} frame(s) without a time stamp were laid evenly between the others</source>
        <translation>{0} Bild(er) ohne Zeitstempel wurden gleichmäßig zwischen die anderen gelegt</translation>
    </message>
    <message>
        <source>{0} frames</source>
        <translation>{0} Bilder</translation>
    </message>
    <message>
        <source>{0} frames ({1} in the range)</source>
        <translation>{0} Bilder ({1} im Bereich)</translation>
    </message>
    <message>
        <source>{0} frames shared a time stamp with their neighbour and were moved by one tick.</source>
        <translation>{0} Bilder teilten sich einen Zeitstempel mit ihrem Nachbarn und wurden um einen Schritt verschoben.</translation>
    </message>
    <message>
        <source>{0} grew larger than the disk or the system allows; nothing of it was left.</source>
        <translation>{0} wurde größer, als Datenträger oder System erlauben; nichts davon blieb liegen.</translation>
    </message>
    <message>
        <source>{0} has more than one number field; write one, such as shot_%04d.png.</source>
        <translation>{0} hat mehr als ein Nummernfeld; schreiben Sie eines, etwa shot_%04d.png.</translation>
    </message>
    <message>
        <source>{0} has no mask in these frames: track it, then look for its shadow.</source>
        <translation>{0} hat in diesen Bildern keine Maske: verfolgen Sie es, dann suchen Sie seinen Schatten.</translation>
    </message>
    <message>
        <source>{0} has no mask in these frames: track it, then predict its whole shape.</source>
        <translation>{0} hat in diesen Bildern keine Maske: verfolgen Sie es, und sagen Sie dann seine ganze Form vorher.</translation>
    </message>
    <message>
        <source>{0} has no picture that can be decoded.</source>
        <translation>{0} hat kein Bild, das sich decodieren lässt.</translation>
    </message>
    <message>
        <source>{0} has the pixel format {1}, but the sequence starts with {2}; save all images alike.</source>
        <translation>{0} hat das Pixelformat {1}, aber die Sequenz beginnt mit {2}; speichern Sie alle Bilder gleich.</translation>
    </message>
    <message>
        <source>{0} has {1} masks, but the clip has {2}: give one mask for every frame.</source>
        <translation>{0} hat {1} Masken, der Clip aber {2}: nehmen Sie eine Maske für jedes Bild.</translation>
    </message>
    <message>
        <source>{0} holds a {1} at &apos;{2}&apos; where an array of floats belongs.</source>
        <translation>{0} enthält {1} bei „{2}“, wohin ein Zahlenfeld gehört.</translation>
    </message>
    <message>
        <source>{0} holds no transparency, but patches need it: choose ProRes 4444, FFV1 or a PNG sequence.</source>
        <translation>{0} fasst keine Transparenz, aber Flicken brauchen sie: wählen Sie ProRes 4444, FFV1 oder eine PNG-Sequenz.</translation>
    </message>
    <message>
        <source>{0} holds no weights of the paper&apos;s head.</source>
        <translation>{0} enthält keine Gewichte des Kopfs aus der Veröffentlichung.</translation>
    </message>
    <message>
        <source>{0} holds other things than pictures ({1}); give a folder of its own.</source>
        <translation>{0} enthält anderes als Bilder ({1}); nehmen Sie einen eigenen Ordner.</translation>
    </message>
    <message>
        <source>{0} holds weights of {1}, not of {2}.</source>
        <translation>{0} enthält Gewichte von {1}, nicht von {2}.</translation>
    </message>
    <message>
        <source>{0} holds {1} frames where {2} were written; it cannot be checked.</source>
        <translation>{0} enthält {1} Bilder, wo {2} geschrieben wurden; es kann nicht geprüft werden.</translation>
    </message>
    <message>
        <source>{0} holds {1}; a clip with pictures is needed.</source>
        <translation>{0} enthält {1}; gebraucht wird ein Clip mit Bildern.</translation>
    </message>
    <message>
        <source>{0} in {1} is not numbered like the rest ({2} is expected).</source>
        <translation>{0} in {1} ist nicht nummeriert wie die übrigen ({2} wird erwartet).</translation>
    </message>
    <message>
        <source>{0} in {1} of {2} frames.</source>
        <translation>{0} in {1} von {2} Bildern.</translation>
    </message>
    <message>
        <source>{0} is a damaged Matroska/WebM file; copy the file again.</source>
        <translation>{0} ist eine beschädigte Matroska/WebM-Datei; kopieren Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>{0} is a file; a folder of images is needed.</source>
        <translation>{0} ist eine Datei; gebraucht wird ein Ordner mit Bildern.</translation>
    </message>
    <message>
        <source>{0} is a folder, not a file.</source>
        <translation>{0} ist ein Ordner, keine Datei.</translation>
    </message>
    <message>
        <source>{0} is an animated WebP, which is not supported; convert it to a video or to PNG pictures.</source>
        <translation>{0} ist ein bewegtes WebP, das nicht unterstützt wird; in ein Video oder in PNG-Bilder umwandeln.</translation>
    </message>
    <message>
        <source>{0} is another version of the clip than the project was made with: open it only if its pictures are the same, or say where the old one is.</source>
        <translation>{0} ist eine andere Fassung des Clips als die, mit der das Projekt entstand: öffnen Sie sie nur, wenn die Bilder dieselben sind, oder sagen Sie, wo die alte ist.</translation>
    </message>
    <message>
        <source>{0} is cut short or damaged: its index (moov) is missing; copy or record the file again.</source>
        <translation>{0} ist abgeschnitten oder beschädigt: der Index (moov) fehlt; kopieren oder nehmen Sie die Datei noch einmal auf.</translation>
    </message>
    <message>
        <source>{0} is damaged and cannot be decoded.</source>
        <translation>{0} ist beschädigt und lässt sich nicht decodieren.</translation>
    </message>
    <message>
        <source>{0} is damaged or no Cleanplate project: open another one, or a copy of it.</source>
        <translation>{0} ist beschädigt oder kein Cleanplate-Projekt: öffnen Sie ein anderes, oder eine Kopie davon.</translation>
    </message>
    <message>
        <source>{0} is locked: unlock it in the Objects panel to edit it.</source>
        <translation>{0} ist gesperrt: entsperren Sie es im Bereich Objekte, um es zu bearbeiten.</translation>
    </message>
    <message>
        <source>{0} is lossless and stays lossless ({1}).{2}</source>
        <translation>{0} ist verlustfrei und bleibt es ({1}).{2}</translation>
    </message>
    <message>
        <source>{0} is lossless; FFV1 keeps every sample.</source>
        <translation>{0} ist verlustfrei; FFV1 behält jeden Wert.</translation>
    </message>
    <message>
        <source>{0} is missing from the image sequence in {1} ({2} to {3}); add it, or move the images after the gap to a folder of their own.</source>
        <translation>{0} fehlt in der Bildsequenz in {1} ({2} bis {3}); fügen Sie es hinzu, oder legen Sie die Bilder nach der Lücke in einen eigenen Ordner.</translation>
    </message>
    <message>
        <source>{0} is no .cube LUT: {1}.</source>
        <translation>{0} ist keine .cube-LUT: {1}.</translation>
    </message>
    <message>
        <source>{0} is not a PNG, TIFF or JPEG image.</source>
        <translation>{0} ist kein PNG-, TIFF- oder JPEG-Bild.</translation>
    </message>
    <message>
        <source>{0} is not a regular file.</source>
        <translation>{0} ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>{0} is not the expected {1} (SHA-256 differs); delete it and {2}.</source>
        <translation>{0} ist nicht das erwartete {1} (SHA-256 weicht ab); löschen Sie es, und: {2}.</translation>
    </message>
    <message>
        <source>{0} is not the official {1} (SHA-256 differs); replace or delete it.</source>
        <translation>{0} ist nicht das offizielle {1} (SHA-256 weicht ab); ersetzen oder löschen Sie es.</translation>
    </message>
    <message>
        <source>{0} is not the {1} of this version (SHA-256 differs); install Cleanplate again.</source>
        <translation>{0} ist nicht das {1} dieser Version (SHA-256 weicht ab); installieren Sie Cleanplate neu.</translation>
    </message>
    <message>
        <source>{0} is not written here; H.264 takes its place at a rate that hides the change.</source>
        <translation>{0} wird hier nicht geschrieben; H.264 tritt an seine Stelle, mit einer Rate, die den Wechsel verbirgt.</translation>
    </message>
    <message>
        <source>{0} is open in another Cleanplate: close it there, or save a copy there.</source>
        <translation>{0} ist in einem anderen Cleanplate offen: schließen Sie es dort, oder speichern Sie dort eine Kopie.</translation>
    </message>
    <message>
        <source>{0} is written as one picture a frame into a folder, not into {1}.</source>
        <translation>{0} wird als einzelne Bilder in einen Ordner geschrieben, nicht in {1}.</translation>
    </message>
    <message>
        <source>{0} is {1}x{2}, but the sequence starts with {3}x{4}.</source>
        <translation>{0} hat {1}x{2}, aber die Sequenz beginnt mit {3}x{4}.</translation>
    </message>
    <message>
        <source>{0} kept as an attached picture.</source>
        <translation>{0} bleibt als angehängtes Bild.</translation>
    </message>
    <message>
        <source>{0} needs an NVIDIA GPU with its driver, and none opened here; use --codec {1}.</source>
        <translation>{0} braucht eine NVIDIA-Grafikkarte mit Treiber, und hier ließ sich keine öffnen; nehmen Sie den Codec {1}.</translation>
    </message>
    <message>
        <source>{0} of the mask is unlike the frame before</source>
        <translation>{0} der Maske ist anders als im Bild davor</translation>
    </message>
    <message>
        <source>{0} of {1} is not the expected file (SHA-256 differs).</source>
        <translation>{0} von {1} ist nicht die erwartete Datei (SHA-256 weicht ab).</translation>
    </message>
    <message>
        <source>{0} packets at the end that do not decode, left out.</source>
        <translation>{0} Pakete am Ende, die sich nicht decodieren lassen, weggelassen.</translation>
    </message>
    <message>
        <source>{0} packets that do not decode, left out.</source>
        <translation>{0} Pakete, die sich nicht decodieren lassen, weggelassen.</translation>
    </message>
    <message>
        <source>{0} packets whose time runs backwards, left out.</source>
        <translation>{0} Pakete, deren Zeit rückwärts läuft, weggelassen.</translation>
    </message>
    <message>
        <source>{0} packets without a time, left out.</source>
        <translation>{0} Pakete ohne Zeit, weggelassen.</translation>
    </message>
    <message>
        <source>{0} pictures go into a folder: give {1} as the target.</source>
        <translation>{0}-Bilder kommen in einen Ordner: geben Sie {1} als Ziel an.</translation>
    </message>
    <message>
        <source>{0} refused frame {1} of {2} ({3}); choose another --codec or --quality.</source>
        <translation>{0} hat Bild {1} von {2} abgelehnt ({3}); wählen Sie einen anderen Codec oder eine andere Qualität.</translation>
    </message>
    <message>
        <source>{0} rewritten as {1}: {2} cannot hold it as it is.</source>
        <translation>{0} als {1} neu geschrieben: {2} kann es nicht fassen, wie es ist.</translation>
    </message>
    <message>
        <source>{0} sends another file than the expected {1} (its size differs); a network that asks you to log in first answers like that: log in, or try another one.</source>
        <translation>{0} schickt eine andere Datei als das erwartete {1} (die Größe weicht ab); so antwortet ein Netz, das erst eine Anmeldung will: melden Sie sich an, oder nehmen Sie ein anderes.</translation>
    </message>
    <message>
        <source>{0} starts at {1}x{2} pixels, the clip has {3}x{4}; choose another --codec ({5}).</source>
        <translation>{0} beginnt bei {1}x{2} Pixeln, der Clip hat {3}x{4}; wählen Sie einen anderen Codec ({5}).</translation>
    </message>
    <message>
        <source>{0} takes no less</source>
        <translation>{0} nimmt nicht weniger</translation>
    </message>
    <message>
        <source>{0} was changed since it was opened here, in another window or by another program; save under another name to keep both.</source>
        <translation>{0} wurde geändert, seit es hier geöffnet wurde, in einem anderen Fenster oder von einem anderen Programm; speichern Sie unter einem anderen Namen, um beides zu behalten.</translation>
    </message>
    <message>
        <source>{0} was moved or deleted while it was open; put it back, or open it where it is now.</source>
        <translation>{0} wurde verschoben oder gelöscht, während es offen war; legen Sie es zurück, oder öffnen Sie es dort, wo es jetzt ist.</translation>
    </message>
    <message>
        <source>{0} was replaced or changed while it was open; open it again.</source>
        <translation>{0} wurde ersetzt oder geändert, während es offen war; öffnen Sie es neu.</translation>
    </message>
    <message>
        <source>{0} was saved by a newer Cleanplate: open it with that one.</source>
        <translation>{0} wurde von einem neueren Cleanplate gespeichert: öffnen Sie es mit diesem.</translation>
    </message>
    <message>
        <source>{0}, cover picture</source>
        <translation>{0}, Titelbild</translation>
    </message>
    <message>
        <source>{0}, in a folder of pictures.</source>
        <translation>{0}, in einem Ordner mit Bildern.</translation>
    </message>
    <message>
        <source>{0}, in {1}.</source>
        <translation>{0}, in {1}.</translation>
    </message>
    <message>
        <source>{0}, lossless, in a folder of pictures.</source>
        <translation>{0}, verlustfrei, in einem Ordner mit Bildern.</translation>
    </message>
    <message>
        <source>{0}, lossless, in {1}.</source>
        <translation>{0}, verlustfrei, in {1}.</translation>
    </message>
    <message>
        <source>{0}-bit reduced to {1}-bit: {2} holds no more.</source>
        <translation>{0} Bit auf {1} Bit verringert: {2} fasst nicht mehr.</translation>
    </message>
    <message>
        <source>{0}-bit widened to {1}-bit: {2}.</source>
        <translation>{0} Bit auf {1} Bit erweitert: {2}.</translation>
    </message>
    <message>
        <source>{0}: frame {1} does not decode; the file changed since it was opened.</source>
        <translation>{0}: Bild {1} lässt sich nicht decodieren; die Datei hat sich seit dem Öffnen geändert.</translation>
    </message>
    <message>
        <source>{0}: frame {1} is {2}x{3} {4}, but the clip starts as {5}x{6} {7}; convert it to one size first.</source>
        <translation>{0}: Bild {1} hat {2}x{3} {4}, aber der Clip beginnt mit {5}x{6} {7}; wandeln Sie ihn zuerst in eine Größe um.</translation>
    </message>
    <message>
        <source>{0}; {1} cannot say that its language is &apos;{2}&apos;.</source>
        <translation>{0}; {1} kann nicht angeben, dass die Sprache „{2}“ ist.</translation>
    </message>
    <message>
        <source>“{0}” is no place in the clip: write a frame number, +30 or -30, or a time code like 00:00:04:12.</source>
        <translation>„{0}“ ist keine Stelle im Clip: schreiben Sie eine Bildnummer, +30 oder -30, oder einen Timecode wie 00:00:04:12.</translation>
    </message>
</context>
<context>
    <name>Severity</name>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>info</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>Warnung</translation>
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
        <source>As with Alt, until minus again</source>
        <translation>Wie mit Alt, bis wieder Minus</translation>
    </message>
    <message>
        <source>Click a shape&apos;s line, right-click a point</source>
        <translation>Klick auf die Linie einer Form, Rechtsklick auf einen Punkt</translation>
    </message>
    <message>
        <source>Click, and close a polygon or a shape</source>
        <translation>Klicken, und Polygon oder Form schließen</translation>
    </message>
    <message>
        <source>Click; right-click</source>
        <translation>Klick; Rechtsklick</translation>
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
        <source>Hold Shift over the picture, with Click</source>
        <translation>Umschalt über dem Bild halten, mit Klicken</translation>
    </message>
    <message>
        <source>Hold Tab</source>
        <translation>Tab halten</translation>
    </message>
    <message>
        <source>Hold the button … let go: a drag</source>
        <translation>Taste halten … loslassen: ziehen</translation>
    </message>
    <message>
        <source>Keyboard pointer: 1 pixel; 10, 100</source>
        <translation>Tastaturzeiger: 1 Pixel; 10, 100</translation>
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
        <source>Right-click, or Ctrl and click, with Click</source>
        <translation>Rechtsklick oder Strg und Klick, mit Klicken</translation>
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
        <source>Space while it tracks</source>
        <translation>Leertaste beim Verfolgen</translation>
    </message>
    <message>
        <source>Stop tracking</source>
        <translation>Verfolgen anhalten</translation>
    </message>
    <message>
        <source>Take away instead of add</source>
        <translation>Wegnehmen statt hinzufügen</translation>
    </message>
    <message>
        <source>This is not the object</source>
        <translation>Das ist nicht das Objekt</translation>
    </message>
    <message>
        <source>What a click would give</source>
        <translation>Was ein Klick ergäbe</translation>
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
        <source>With the zoom tool: Alt, or right-click</source>
        <translation>Mit dem Zoom-Werkzeug: Alt oder Rechtsklick</translation>
    </message>
    <message>
        <source>Y, then Enter twice</source>
        <translation>Y, dann zweimal Eingabe</translation>
    </message>
    <message>
        <source>Y, then Enter; Backspace</source>
        <translation>Y, dann Eingabe; Rücktaste</translation>
    </message>
    <message>
        <source>Y, then Space … Space</source>
        <translation>Y, dann Leertaste … Leertaste</translation>
    </message>
    <message>
        <source>Y, then arrows; Shift, Ctrl</source>
        <translation>Y, dann Pfeile; Umschalt, Strg</translation>
    </message>
    <message>
        <source>Y, then minus</source>
        <translation>Y, dann Minus</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>Am Zeiger zoomen</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
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
        <source>Looking for the shadow. Space or Esc stops it; nothing of it is kept.</source>
        <translation>Sucht den Schatten. Leertaste oder Esc hält an; nichts davon bleibt.</translation>
    </message>
    <message>
        <source>Tracking. Space or Esc stops it; what is found stays.</source>
        <translation>Verfolgt. Leertaste oder Esc stoppt; Gefundenes bleibt.</translation>
    </message>
    <message>
        <source>Looking for the object in the box. Esc stops it.</source>
        <translation>Das Objekt wird im Rahmen gesucht. Esc stoppt.</translation>
    </message>
    <message>
        <source>Working on mask files. Esc stops it.</source>
        <translation>Maskendateien werden bearbeitet. Esc stoppt.</translation>
    </message>
    <message>
        <source>Paused. Pause again goes on.</source>
        <translation>Angehalten. Noch einmal Anhalten geht weiter.</translation>
    </message>
    <message>
        <source>Rendering. Esc stops it; finished frames stay.</source>
        <translation>Rendern. Esc stoppt; fertige Bilder bleiben.</translation>
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
        <source>Add {0}</source>
        <translation>{0} hinzufügen</translation>
    </message>
    <message>
        <source>Bend shape</source>
        <translation>Form biegen</translation>
    </message>
    <message>
        <source>Change action of {0}</source>
        <translation>Aktion von {0} ändern</translation>
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
        <source>Change colour of {0}</source>
        <translation>Farbe von {0} ändern</translation>
    </message>
    <message>
        <source>Change engine</source>
        <translation>Engine ändern</translation>
    </message>
    <message>
        <source>Change feather of {0}</source>
        <translation>Weichen Rand von {0} ändern</translation>
    </message>
    <message>
        <source>Change gap filling of {0}</source>
        <translation>Lückenfüllen von {0} ändern</translation>
    </message>
    <message>
        <source>Change grain</source>
        <translation>Korn ändern</translation>
    </message>
    <message>
        <source>Change growth of {0}</source>
        <translation>Vergrößern von {0} ändern</translation>
    </message>
    <message>
        <source>Change hole shape</source>
        <translation>Lochform ändern</translation>
    </message>
    <message>
        <source>Change kind of {0}</source>
        <translation>Art von {0} ändern</translation>
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
        <source>Change smoothing of {0}</source>
        <translation>Glätten von {0} ändern</translation>
    </message>
    <message>
        <source>Change what hides {0}</source>
        <translation>Ändern, was {0} verdeckt</translation>
    </message>
    <message>
        <source>Change {0}</source>
        <translation>{0} ändern</translation>
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
        <source>Click beside object</source>
        <translation>Neben das Objekt klicken</translation>
    </message>
    <message>
        <source>Click on object</source>
        <translation>Objekt anklicken</translation>
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
        <source>Copy whole shape</source>
        <translation>Ganze Form kopieren</translation>
    </message>
    <message>
        <source>Cut from mask</source>
        <translation>Von der Maske wegnehmen</translation>
    </message>
    <message>
        <source>Cut mask</source>
        <translation>Maske ausschneiden</translation>
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
        <source>Delete {0}</source>
        <translation>{0} löschen</translation>
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
        <source>Forget whole shape</source>
        <translation>Ganze Form vergessen</translation>
    </message>
    <message>
        <source>Heal frame</source>
        <translation>Bild reparieren</translation>
    </message>
    <message>
        <source>Hide {0}</source>
        <translation>{0} ausblenden</translation>
    </message>
    <message>
        <source>Import mask</source>
        <translation>Maske importieren</translation>
    </message>
    <message>
        <source>Import whole shapes</source>
        <translation>Ganze Formen einlesen</translation>
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
        <source>Lock {0}</source>
        <translation>{0} sperren</translation>
    </message>
    <message>
        <source>Mark with a box</source>
        <translation>Mit Rahmen markieren</translation>
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
        <source>Move {0}</source>
        <translation>{0} bewegen</translation>
    </message>
    <message>
        <source>Paint mask</source>
        <translation>Maske malen</translation>
    </message>
    <message>
        <source>Paint whole shape</source>
        <translation>Ganze Form malen</translation>
    </message>
    <message>
        <source>Predict shape in {0} frame</source>
        <translation>Form in {0} Bild vorhersagen</translation>
    </message>
    <message>
        <source>Predict shape in {0} frames</source>
        <translation>Form in {0} Bildern vorhersagen</translation>
    </message>
    <message>
        <source>Refine mask</source>
        <translation>Maske verfeinern</translation>
    </message>
    <message>
        <source>Rename {0}</source>
        <translation>{0} umbenennen</translation>
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
        <source>Show {0}</source>
        <translation>{0} einblenden</translation>
    </message>
    <message>
        <source>Take next answer</source>
        <translation>Nächste Antwort nehmen</translation>
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
        <source>Track {0} object</source>
        <translation>{0} Objekt verfolgen</translation>
    </message>
    <message>
        <source>Track {0} objects</source>
        <translation>{0} Objekte verfolgen</translation>
    </message>
    <message>
        <source>Turn shapes into mask</source>
        <translation>Formen in Maske umwandeln</translation>
    </message>
    <message>
        <source>Unlock {0}</source>
        <translation>{0} entsperren</translation>
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
    <name>StrokeHint</name>
    <message>
        <source>This mask is in frame {0} only: {1} follows it through the clip, {2} copies it as it is.</source>
        <translation>Diese Maske steht nur in Bild {0}: {1} verfolgt sie durch den Clip, {2} kopiert sie, wie sie ist.</translation>
    </message>
    <message>
        <source>Only frame {0} has changed: {1} tracks again from here, and keeps what you drew.</source>
        <translation>Nur Bild {0} ist geändert: {1} verfolgt von hier aus neu und behält, was Sie gezeichnet haben.</translation>
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
        <source>{0:.0%} seen before the change</source>
        <translation>{0:.0%} gesehen (vor der Änderung)</translation>
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
        <source>Click the object first: then say what is not it.</source>
        <translation>Klicken Sie zuerst das Objekt an: dann sagen Sie, was es nicht ist.</translation>
    </message>
    <message>
        <source>Click the object; right click or Ctrl+click what is not it. Drag a box. Shift shows what a click gives.</source>
        <translation>Klicken Sie das Objekt an; Rechtsklick oder Strg+Klick für das, was es nicht ist. Ziehen Sie einen Rahmen. Umschalt zeigt, was ein Klick ergibt.</translation>
    </message>
    <message>
        <source>Click to zoom in, Alt and click or right-click to zoom out, or draw a box to look into.</source>
        <translation>Klicken vergrößert, Alt und Klick oder Rechtsklick verkleinert; ein gezogener Rahmen füllt die Ansicht.</translation>
    </message>
    <message>
        <source>Drag a box over a logo or a sign. Go to another frame and drag it there: it moves between the two.</source>
        <translation>Einen Rahmen über ein Logo oder Schild ziehen. In einem anderen Bild verschieben: dazwischen bewegt er sich.</translation>
    </message>
    <message>
        <source>Drag the picture about. Space and drag does so with every tool.</source>
        <translation>Das Bild verschieben. Leertaste und Ziehen tut das mit jedem Werkzeug.</translation>
    </message>
    <message>
        <source>Draw round the object. With Alt, what is inside is taken away.</source>
        <translation>Das Objekt umfahren. Mit Alt wird das Innere weggenommen.</translation>
    </message>
    <message>
        <source>Erase what is too much. Alt or the right button paints; [ and ] change the size.</source>
        <translation>Wegradieren, was zu viel ist. Alt oder die rechte Taste malt; [ und ] ändern die Größe.</translation>
    </message>
    <message>
        <source>Paint over the object. Alt or the right button erases; [ and ] change the size.</source>
        <translation>Über das Objekt malen. Alt oder die rechte Taste radiert; [ und ] ändern die Größe.</translation>
    </message>
    <message>
        <source>Right-click or Alt-click what to copy first; with the keyboard pointer (Y), Backspace.</source>
        <translation>Erst mit der rechten Taste oder mit Alt anklicken, was kopiert wird; mit dem Tastaturzeiger (Y): Rücktaste.</translation>
    </message>
    <message>
        <source>Drag a box round the object. Without a mouse: Mask, Keyboard pointer.</source>
        <translation>Ziehen Sie einen Rahmen um das Objekt. Ohne Maus: Maske, Tastaturzeiger.</translation>
    </message>
    <message>
        <source>Looking at the frame: its first click takes a moment…</source>
        <translation>Das Bild wird angesehen: Der erste Klick darin dauert einen Moment …</translation>
    </message>
    <message>
        <source>Nothing changed: all of that colour is in the mask already, or none of it was.</source>
        <translation>Nichts geändert: diese Farbe ist schon ganz in der Maske, oder war nicht darin.</translation>
    </message>
    <message>
        <source>Nothing was found there: click another place of the object, or drag a box round it.</source>
        <translation>Dort wurde nichts gefunden: Klicken Sie eine andere Stelle des Objekts an oder ziehen Sie einen Rahmen darum.</translation>
    </message>
    <message>
        <source>Now paint: what you clicked is copied to where you begin.</source>
        <translation>Jetzt malen: das Angeklickte wird dorthin kopiert, wo Sie beginnen.</translation>
    </message>
    <message>
        <source>Right-click what to copy (or Alt-click; by keys Y, Backspace), then paint what is left. [ ]: size.</source>
        <translation>Rechtsklick (oder Alt-Klick; mit Tasten Y, Rücktaste) auf die Vorlage, dann übermalen, was übrig ist. [ ]: Größe.</translation>
    </message>
    <message>
        <source>Right-click what to copy (or Alt-click; by keys Y, Backspace), then paint; it fits the light. [ ]: size.</source>
        <translation>Rechtsklick (oder Alt-Klick; mit Tasten Y, Rücktaste) auf die Vorlage, dann malen; das Licht wird angepasst. [ ]: Größe.</translation>
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
        <source>The frame or the masks changed before the click was answered: click again.</source>
        <translation>Bild oder Masken haben sich geändert, bevor der Klick beantwortet war: noch einmal klicken.</translation>
    </message>
    <message>
        <source>There is no mask in this frame to refine: paint or draw one roughly.</source>
        <translation>In diesem Bild ist keine Maske zu verfeinern: Malen oder zeichnen Sie grob eine.</translation>
    </message>
    <message>
        <source>There is no other answer to this: click once more, on the object or beside it.</source>
        <translation>Darauf gibt es keine andere Antwort: Klicken Sie noch einmal, auf das Objekt oder daneben.</translation>
    </message>
    <message>
        <source>There is no other answer: click the object first.</source>
        <translation>Es gibt keine andere Antwort: Klicken Sie zuerst das Objekt an.</translation>
    </message>
    <message>
        <source>There is nothing inside that line.</source>
        <translation>Innerhalb dieser Linie ist nichts.</translation>
    </message>
</context>
<context>
    <name>Tracking</name>
    <message>
        <source>Not tracked, since nothing says where it is: {0}.</source>
        <translation>Nicht verfolgt, da nichts sagt, wo es ist: {0}.</translation>
    </message>
    <message>
        <source>tracking {0}</source>
        <translation>das Verfolgen von {0}</translation>
    </message>
    <message>
        <source>tracking {0} objects</source>
        <translation>das Verfolgen von {0} Objekten</translation>
    </message>
    <message>
        <source>Looking for the shadow</source>
        <translation>Der Schatten wird gesucht</translation>
    </message>
    <message>
        <source>No shadow was found at {0}.</source>
        <translation>Bei {0} wurde kein Schatten gefunden.</translation>
    </message>
    <message>
        <source>A shadow was found in {0} frames.</source>
        <translation>Ein Schatten wurde in {0} Bildern gefunden.</translation>
    </message>
    <message>
        <source>A shadow was found in one frame.</source>
        <translation>In einem Bild wurde ein Schatten gefunden.</translation>
    </message>
    <message>
        <source>{0}: lost in frame {1}. Mark it there, then track on.</source>
        <translation>{0}: in Bild {1} verloren. Dort neu markieren, dann weiter verfolgen.</translation>
    </message>
    <message>
        <source>The object was not found in one frame.</source>
        <translation>Das Objekt wurde in einem Bild nicht gefunden.</translation>
    </message>
    <message>
        <source>{0} in {1} frames</source>
        <translation>{0} in {1} Bildern</translation>
    </message>
    <message>
        <source>{0} in one frame</source>
        <translation>{0} in einem Bild</translation>
    </message>
    <message>
        <source>Not found: {0}.</source>
        <translation>Nicht gefunden: {0}.</translation>
    </message>
    <message>
        <source>Tracking</source>
        <translation>Verfolgen</translation>
    </message>
    <message>
        <source>Every object is locked: unlock one in the Objects panel.</source>
        <translation>Alle Objekte sind gesperrt: entsperren Sie eines im Bereich Objekte.</translation>
    </message>
    <message>
        <source>The object was not found in {0} frames.</source>
        <translation>Das Objekt wurde in {0} Bildern nicht gefunden.</translation>
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
        <source>backwards</source>
        <translation>rückwärts</translation>
    </message>
    <message>
        <source>{0} dropped</source>
        <translation>{0} ausgelassen</translation>
    </message>
    <message>
        <source>going to a frame</source>
        <translation>der Sprung zu einem Bild</translation>
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
        <source>two objects have the same pixels</source>
        <translation>zwei Objekte haben dieselben Pixel</translation>
    </message>
    <message>
        <source>an object was not found</source>
        <translation>ein Objekt wurde nicht gefunden</translation>
    </message>
    <message>
        <source>the tracker is unsure of a mask</source>
        <translation>die Verfolgung ist sich einer Maske nicht sicher</translation>
    </message>
    <message>
        <source>the seam may show</source>
        <translation>die Naht könnte zu sehen sein</translation>
    </message>
</context>
<context>
    <name>VersionsMenu</name>
    <message>
        <source>Earlier versions</source>
        <translation>Frühere Fassungen</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>Gespeichert {0}</translation>
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
        <source>Source, outside in and out</source>
        <translation>Quelle, außerhalb von In und Out</translation>
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
    <message>
        <source>Result, out of date</source>
        <translation>Ergebnis, veraltet</translation>
    </message>
    <message>
        <source>whole shape</source>
        <translation>ganze Form</translation>
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
    <message>
        <source>Opened lately</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
</context>
</TS>
