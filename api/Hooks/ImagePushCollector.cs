using AutoDeploy.Api.Http;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>Gathers the tags that a delivery tells of, and makes a push of each that can be one of an image.</summary>
/// <param name="common">What all have in common, see <see cref="CommonPushFactory"/>.</param>
/// <param name="expected">The end of a sentence that says what is missing.</param>
/// <param name="forgiving">An error in one event is only noted. It must not block the other events, nor make the sender repeat the delivery
/// forever.</param>
internal sealed class ImagePushCollector(Push common, string expected, bool forgiving = false)
{
    /// <summary>The maximum number of pushes per delivery, far above what senders send; each is a row.</summary>
    private const int MaxPushes = 10_000;

    private readonly List<Push> _pushes = [];
    private readonly HashSet<(string Delivery, string Image)> _reported = [];
    private readonly HashSet<string> _deliveries = [];
    private string? _note;
    private string? _error;

    public void Add(ReportedTag told)
    {
        if (ArtifactTypes.Objection(told.Tag) is { } objection)
            Ignore(objection);
        else if (!ImageName.IsTag(told.Tag!))
            Fail($"`{told.TagField}` is \"{ApiException.Shorten(told.Tag!)}\", which is not a tag; {expected}.");
        else if (string.IsNullOrEmpty(told.Name))
            Fail($"`{told.NameField}` is missing; {expected}.");
        else if (!ImageName.TryParse($"{told.Name}:{told.Tag}", out var image, out _))
            Fail($"`{told.NameField}` gives \"{ApiException.Shorten(told.Name)}\", which is not the name of an image; {expected}.");
        else
            Add(told, image);
    }

    public void Fail(string error)
    {
        if (forgiving)
            _note ??= error;
        else
            _error ??= error;
    }

    public void Ignore(string note) => _note ??= note;

    /// <param name="empty">A sentence for a delivery without any event.</param>
    public HookReading Read(string empty) =>
        _error is not null ? HookReading.Unreadable(_error)
        : _pushes.Count == 0 ? HookReading.Nothing(_note ?? empty)
        : new HookReading(_pushes);

    private void Add(ReportedTag told, ImageName image)
    {
        var delivery = told.Delivery ?? common.Delivery;
        if (!_reported.Add((delivery, image.ToString())))
            return;
        if (_pushes.Count == MaxPushes)
        {
            _error ??= $"The delivery tells of more than {SentenceText.FormatNumber(MaxPushes)} tags; expected fewer at once.";
            return;
        }

        _pushes.Add(
            common with
            {
                Uuid = Guid.CreateVersion7(common.Received),
                // the first keeps the sender's id, as it is known there
                Delivery = _deliveries.Add(delivery) ? delivery : $"{delivery} {image}",
                Source = image.Repository,
                Tag = image.Tag!,
                Digest = !told.Deleted && told.Digest is { } digest && ImageName.IsDigest(digest) ? digest : null,
                Deleted = told.Deleted,
                Pusher = HookJson.Person(told.Pusher) ?? common.Pusher,
            }
        );
    }
}
