"""The commands and their options. Each imports what it needs when it runs, so that help costs nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from app import environment
from app.cli.doors import Doors
from app.cli.options import PathGiven
from app.cli.written import ENGINES_HELP, written

_CLIP = PathGiven()
_POINT_FORM = "X,Y[,0|1][@FRAME]"
_POINT_HELP = "Point on the object in pixels from the top left; X,Y,0 is not on it. Several say more."
_SEGMENTER_HELP = "What turns points (boxes too, if named) into masks: auto, grabcut, mobile-sam, vit-b, vit-l, vit-h."
_TRACKER_HELP = "auto, flow (no weights), network, or box: OpenCV's trackers, and every mask is a box."
_CHECK_HELP = "Track a second time with the mask network, and say in which frames it finds something else."
_LOOK_AGAIN_HELP = "Every how many frames the segmenter looks again at the masks; 0: never (8 with MobileSAM, else 0)."
_SMOOTH_HELP = "Masks of so many frames on each side are united with a frame's own (1); in live, of those before it."
_DEMO_SEGMENTER_HELP = "What finds the walker in her box: as --segmenter of remove; grabcut for colours alone."
_WHEN_LOST_HELP = "Where the object is lost: look for it in the frames after, or end there."
_TRACKER_MODEL_HELP = "Model of --tracker box: none for MIL, one file for ViT, two for Nano (backbone, head)."


class _OpensFiles(click.Group):
    """A group that takes a file in a command's place for one to open, as file managers and drops on an icon give it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """See click: the command, its name and what is left for it."""
        if self.get_command(ctx, args[0]) is None and Path(args[0]).exists():
            args = ["window", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_OpensFiles, context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.version_option(environment.VERSION, prog_name="cleanplate")
@click.pass_context
def cleanplate(context: click.Context) -> int:
    """Removes objects from video and fills in what they hid. Without a command it opens the window, or a FILE in it."""
    return _opened(context, None) if context.invoked_subcommand is None else 0


@cleanplate.command()
@click.argument("file", metavar="[FILE]", required=False, type=_CLIP)
@click.pass_context
def window(context: click.Context, file: Path | None) -> int:
    """Open the window, with the clip FILE or empty."""
    return _opened(context, file)


def _opened(context: click.Context, file: Path | None) -> int:
    """Opens the window.

    Raises:
        UserError: there is no screen.
    """
    environment.check_screen()
    return _doors(context).open_window(file)


def _doors(context: click.Context) -> Doors:
    doors = context.find_object(Doors)
    assert doors is not None, "main hands the window in"
    return doors


@cleanplate.command()
@click.argument("clip", metavar="IN", type=_CLIP)
@click.argument("target", metavar="OUT", type=_CLIP)
@click.option(
    "--box",
    "boxes",
    metavar="[NAME=]X,Y,W,H[@FRAME]",
    multiple=True,
    help="Box round the object in pixels from the top left; several boxes: one moving box.",
)
@click.option("--point", "points", metavar=f"[NAME=]{_POINT_FORM}", multiple=True, help=_POINT_HELP)
@click.option("--segmenter", metavar="NAME", help=_SEGMENTER_HELP)
@click.option("--mask", "masks", metavar="[NAME=]FILE[@FRAME]", multiple=True, help="Mask of the object in one frame.")
@click.option("--no-track", is_flag=True, help="The boxes are the hole, frame by frame: a logo, a time code, dust.")
@click.option("--mask-dir", type=_CLIP, help="Folder with one mask image per frame.")
@click.option("--mask-video", type=_CLIP, help="Clip whose frames are the masks.")
@click.option("--mask-threshold", metavar="PERCENT", help="Masks are removed above this share of white (50).")
@click.option("--hole", type=click.Choice(["mask", "box"]), default="mask", help="Fill the shape, or its whole box.")
@click.option("--smooth", type=click.IntRange(0, 5), metavar="N", help=_SMOOTH_HELP)
@click.option("--shadow", is_flag=True, help="Remove the cast shadow of each object, too, where one is found.")
@click.option("--check", is_flag=True, help=_CHECK_HELP)
@click.option("--reference", "references", metavar="FRAME=PNG", multiple=True, help="A frame retouched by hand.")
@written
def remove(**options: object) -> None:
    """Remove an object from the clip IN and write OUT.

    Several objects have names (--box dog=10,20,30,40 --box ball=90,20,30,30), are tracked in one pass and removed
    together. Everything outside the hole stays as it is. The same command again goes on where it was stopped.
    """
    from app.cli.removing import RemoveOptions
    from app.cli.removing import remove as run

    run(RemoveOptions(**options))  # type: ignore[arg-type]  # click has checked them


@cleanplate.command()
@click.argument("clip", metavar="IN", type=_CLIP)
@click.argument("target", metavar="OUT", type=_CLIP)
@click.option("--object-masks", type=_CLIP, metavar="DIR", help="What is seen of the object: one mask image a frame.")
@click.option("--occluder-masks", type=_CLIP, metavar="DIR", help="What hides it, likewise; or a clip of masks.")
@click.option("--object-box", "object_boxes", metavar="X,Y,W,H[@FRAME]", multiple=True, help="Box round the object.")
@click.option("--object-point", "object_points", metavar=_POINT_FORM, multiple=True, help=_POINT_HELP)
@click.option("--occluder-box", "occluder_boxes", metavar="X,Y,W,H[@FRAME]", multiple=True, help="What hides it.")
@click.option("--occluder-point", "occluder_points", metavar=_POINT_FORM, multiple=True, help="As --object-point.")
@click.option("--segmenter", metavar="NAME", help=_SEGMENTER_HELP)
@click.option("--mask-threshold", metavar="PERCENT", help="Masks count above this share of white (50).")
@click.option("--class", "kind", metavar="NAME", help="What the object is, such as person, dog or car.")
@click.option("--amodal-masks", type=_CLIP, metavar="DIR", help="The whole object, where you know it: not predicted.")
@click.option("--save-amodal", type=_CLIP, metavar="DIR", help="Write the whole object's masks, one PNG a frame.")
@click.option("--remove-occluder", is_flag=True, help="Remove what hides the object, too.")
@written
def restore(**options: object) -> None:
    """Bring back, in the clip IN, what something hides of an object, and write OUT.

    Say what is seen of the object and what hides it: with masks, or with boxes and points, which are tracked. Its whole
    shape is predicted first, then painted with what other frames show of it. Everything else stays as it is.
    """
    from app.cli.restoring import RestoreOptions
    from app.cli.restoring import restore as run

    run(RestoreOptions(**options))  # type: ignore[arg-type]  # click has checked them


@cleanplate.command()
@click.argument("project", metavar="FILE.cleanplate", type=_CLIP)
@click.argument("target", metavar="OUT", type=_CLIP)
@click.option("--media", type=_CLIP, metavar="CLIP", help="Where the project's clip is now, if it moved.")
@click.option("--mode", type=click.Choice(["live", "final"]), help="Forward once, or both ways; the project's.")
@click.option("--range", "frames", metavar="A:B", help="Clean only frames A to B, B not included; the project's.")
@click.option("--trim", is_flag=True, help="Write only the range.")
@click.option(
    "--output",
    type=click.Choice(["result", "matte", "patch"]),
    default="result",
    help="The cleaned clip, its matte, or the patches alone, transparent round them.",
)
@click.option("--codec", metavar="NAME", help="Video codec; the source's own by default.")
@click.option("--quality", metavar="NAME", help="draft, standard, high, visually-lossless or lossless.")
@click.option("--report", type=_CLIP, metavar="FILE", help="Write what was done, frame by frame, as JSON.")
@click.option("--overwrite", is_flag=True, help="Replace OUT if it exists.")
@click.option("--no-cache", is_flag=True, help="Neither use nor keep finished frames.")
def render(**options: object) -> None:
    """Render a project, FILE.cleanplate, to OUT.

    The result is the window's, to the bit. The same command again goes on where it was stopped.
    """
    from app.cli.rendering import RenderOptions
    from app.cli.rendering import render as run

    run(RenderOptions(**options))  # type: ignore[arg-type]  # click has checked them


@cleanplate.command()
@click.argument("clip", metavar="IN", type=_CLIP)
@click.option("--json", "as_json", is_flag=True, help="Print everything, as JSON.")
def probe(clip: Path, as_json: bool) -> None:
    """Say what the clip IN is."""
    from app.cli.probing import probe as run

    run(clip, as_json=as_json)


@cleanplate.group(invoke_without_command=True)
@click.pass_context
def models(context: click.Context) -> None:
    """List, check and fetch weights that Cleanplate can use."""
    if context.invoked_subcommand is None:
        raise click.UsageError("Say what to do with the weights: models list, models verify or models fetch.")


@models.command("list")
def models_list() -> None:
    """List the weights and say which are here."""
    from app.engine.loader import known_weights

    for weights in known_weights():
        state = "here" if weights.here else "missing" if weights.ships else "not fetched"
        click.echo(
            f"{weights.name:18} {weights.size_bytes / 1e6:6.1f} MB  {state:12} {weights.licence}: {weights.about}"
        )


@models.command("verify")
def models_verify() -> None:
    """Check the weights that are here against their hashes."""
    from app.core.errors import UserError
    from app.engine.loader import known_weights

    known = known_weights()
    for weights in known:
        click.echo(f"{weights.name}: {'whole' if weights.here else weights.trouble}")
    damaged = [weights.name for weights in known if weights.damaged]
    if damaged:
        raise UserError(f"Not usable: {', '.join(damaged)}; each line above says what to do.")


@models.command("fetch")
@click.argument("names", metavar="[NAME]...", nargs=-1)
def models_fetch(names: tuple[str, ...]) -> None:
    """Fetch weights by NAME; without one, all but the large ones: vit-b, vit-l and vit-h for clicks.

    A fetch that was stopped, or broke off, goes on where it was when it is asked for again.
    """
    from app.cli.running import run_job
    from app.engine.loader import fetch_weights, usual_weights

    for name in names or usual_weights():
        click.echo(f"{name}: {run_job(partial(fetch_weights, name), f'Fetching {name}')}")


@cleanplate.command()
@click.option("--data", type=_CLIP, metavar="DIR", help="Folder of clips and masks; the demo clips by default.")
@click.option("--out", type=_CLIP, metavar="DIR", help="Folder for the results (cleanplate-benchmark).")
@click.option("--half", type=click.Choice(["tuning", "validation"]), help="Half of the data (validation).")
@click.option("--method", "methods", metavar="NAME", multiple=True, help="Only this method; several may be given.")
@click.option("--start", "starts", metavar="NAME", multiple=True, help="With --tracking: box, mask, click or box@0.5.")
@click.option("--count", type=click.IntRange(min=1), metavar="N", help="Only the first N composites or clips.")
@click.option("--hole", type=click.Choice(["mask", "box"]), help="Fill the objects' shapes (mask) or boxes.")
@click.option("--never-seen", is_flag=True, help="Let the composites stand still, so that no hole is ever seen.")
@click.option("--subsampled", is_flag=True, help="Give the engines clips in 4:2:0, as cameras write them.")
@click.option("--weights", type=_CLIP, metavar="DIR", help="Folder with networks to try instead of those that ship.")
@click.option("--beside", type=_CLIP, metavar="CSV", help="Show the results.csv of another run in the same tables.")
@click.option("--tracking", is_flag=True, help="Compare tracked masks with those of the clips in DIR instead.")
@click.option("--check", is_flag=True, help="With --tracking: count the frames that a second track marks, too.")
@click.option("--clicks", is_flag=True, help="Compare masks from clicks with those of the clips in DIR instead.")
@click.option("--speed", is_flag=True, help="Time whole removals instead, beside decoding and encoding alone.")
@click.option("--window", is_flag=True, help="Time the window instead: its start, its event loop, scrubbing, memory.")
@click.option("--clip", "clips", type=_CLIP, metavar="FILE", multiple=True, help="A clip for --speed or --window.")
@click.option(
    "--frames",
    type=int,
    metavar="N",
    help="Length of the clips for --speed (250), the project for --window (1000).",
)
@click.option("--engine", metavar="NAME", help=f"Engine to time with --speed: {ENGINES_HELP}; or voin: restorations.")
@click.pass_context
def benchmark(context: click.Context, /, **options: object) -> None:
    """Compare the engines with classical methods on composites with known truth."""
    from app.cli.benchmarking import BenchmarkRequest
    from app.cli.benchmarking import benchmark as run

    asked = BenchmarkRequest(**options)  # type: ignore[arg-type]  # click has checked them
    run(asked, _doors(context).time_window if asked.window else None)


@cleanplate.command()
@click.option("--out", type=_CLIP, metavar="DIR", help="Folder for the results; cleanplate-demo by default.")
@click.option("--segmenter", metavar="NAME", help=_DEMO_SEGMENTER_HELP)
def demo(out: Path | None, segmenter: str | None) -> None:
    """Remove the walker from the clip that comes with Cleanplate, and show the result."""
    from app.cli.demonstrating import demo as run

    run(out, segmenter=segmenter)


@cleanplate.command()
@click.argument("clip", metavar="IN", type=_CLIP)
@click.argument("folder", metavar="OUTDIR", type=_CLIP)
@click.option("--box", "boxes", metavar="[NAME=]X,Y,W,H[@FRAME]", multiple=True, help="Box round the object.")
@click.option("--point", "points", metavar=f"[NAME=]{_POINT_FORM}", multiple=True, help=_POINT_HELP)
@click.option("--segmenter", metavar="NAME", help=_SEGMENTER_HELP)
@click.option("--mask", "masks", metavar="[NAME=]FILE[@FRAME]", multiple=True, help="Mask of the object in one frame.")
@click.option("--range", "frames", metavar="A:B", help="Track only frames A to B, B not included.")
@click.option("--tracker", metavar="NAME", default="auto", help=_TRACKER_HELP)
@click.option("--tracker-model", "models", type=_CLIP, metavar="ONNX", multiple=True, help=_TRACKER_MODEL_HELP)
@click.option("--look-again", type=click.IntRange(min=0), metavar="N", help=_LOOK_AGAIN_HELP)
@click.option("--when-lost", type=click.Choice(["continue", "stop"]), default="continue", help=_WHEN_LOST_HELP)
@click.option("--check", is_flag=True, help=_CHECK_HELP)
@click.option("--soft", is_flag=True, help="Write soft mattes, their edges fitted to the picture's.")
@click.option(
    "--shadow", type=_CLIP, metavar="DIR", help="Look for the object's cast shadow as well; its masks go here."
)
@click.option("--rate", metavar="FPS", help="Frames a second of an image sequence (25).")
@click.option("--overwrite", is_flag=True, help="Replace masks that are in OUTDIR.")
@click.option("--no-cache", is_flag=True, help="Neither use nor keep finished tracks.")
def track(clip: Path, folder: Path, **options: object) -> None:
    """Follow objects through the clip IN and write their masks into OUTDIR, one PNG a frame.

    Several objects have names (--box dog=10,20,30,40 --box ball=90,20,30,30); each goes into OUTDIR/NAME, and none
    takes another's pixels.
    """
    from app.cli.tracking import TrackRequest
    from app.cli.tracking import track as run

    run(TrackRequest(clip, folder, **options))  # type: ignore[arg-type]  # click has checked them
