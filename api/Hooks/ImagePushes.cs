using AutoDeploy.Api.Http;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>Gathers the tags that a delivery tells of, and makes a push of each that can be one of an image.</summary>
/// <param name="common">What all have in common, see <see cref="CommonPush"/>.</param>
/// <param name="expected">The end of a sentence that says what is missing.</param>
/// <param name="forgiving">A mistake is only noted: it must not keep back the other events, nor make the sender repeat it for ever.</param>
internal sealed class ImagePushes(Push common, string expected, bool forgiving = false)
{
    /// <summary>Far more than any sender tells at once; each costs a row.</summary>
    private const int Most = 10_000;

    private readonly List<Push> _pushes = [];
    private readonly HashSet<(string Delivery, string Image)> _told = [];
    private readonly HashSet<string> _deliveries = [];
    private string? _note;
    private string? _error;

    public void Add(ToldTag told)
    {
        if (Artifacts.Objection(told.Tag) is { } objection)
            Ignore(objection);
        else if (!ImageName.IsTag(told.Tag!))
            Fail($"`{told.TagField}` is \"{HttpFailure.Shorten(told.Tag!)}\", which is not a tag; {expected}.");
        else if (string.IsNullOrEmpty(told.Name))
            Fail($"`{told.NameField}` is missing; {expected}.");
        else if (!ImageName.TryParse($"{told.Name}:{told.Tag}", out var image, out _))
            Fail($"`{told.NameField}` gives \"{HttpFailure.Shorten(told.Name)}\", which is not the name of an image; {expected}.");
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
    public Reading Read(string empty) =>
        _error is not null ? Reading.Unreadable(_error)
        : _pushes.Count == 0 ? Reading.Nothing(_note ?? empty)
        : new Reading(_pushes);

    private void Add(ToldTag told, ImageName image)
    {
        var delivery = told.Delivery ?? common.Delivery;
        if (!_told.Add((delivery, image.ToString())))
            return;
        if (_pushes.Count == Most)
        {
            _error ??= $"The delivery tells of more than {Words.Number(Most)} tags; expected fewer at once.";
            return;
        }

        _pushes.Add(common with
        {
            Uuid = Guid.CreateVersion7(common.Received),
            // the first keeps the sender's id, as it is known there
            Delivery = _deliveries.Add(delivery) ? delivery : $"{delivery} {image}",
            Source = image.Repository,
            Tag = image.Tag!,
            Digest = !told.Deleted && told.Digest is { } digest && ImageName.IsDigest(digest) ? digest : null,
            Deleted = told.Deleted,
            Pusher = HookJson.Person(told.Pusher) ?? common.Pusher,
        });
    }
}

/// <summary>A tag that was pushed or deleted, as the sender tells it.</summary>
/// <param name="NameField">Where the name was found.</param>
/// <param name="Name">With its host, where it is not at Docker Hub; without tag.</param>
/// <param name="TagField">Where the tag was found.</param>
internal readonly record struct ToldTag(string NameField, string? Name, string TagField, string? Tag)
{
    public string? Digest { get; init; }

    public bool Deleted { get; init; }

    /// <summary>Where the event has an id of its own.</summary>
    public string? Delivery { get; init; }

    public string? Pusher { get; init; }
}
