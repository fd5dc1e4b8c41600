// Organizations, told through the official client's plugin in its current version and in the one that the contract documents. What
// only the current client calls is told through that one alone.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { createAuthClient as current } from 'better-auth/client';
import { organizationClient as currentPlugin } from 'better-auth/client/plugins';
import { createAuthClient as documented } from 'better-auth-1-2/client';
import { organizationClient as documentedPlugin } from 'better-auth-1-2/client/plugins';

import { done, openBrowser, refused } from './support/browser.mjs';
import { mailTo } from './support/mailbox.mjs';
import { someone } from './support/service.mjs';

const PASSWORD = 'a keeper of the door';

const withPlugin = (create, plugin) => (options) => create({ ...options, plugins: [plugin()] });

const versions = [
  { name: 'better-auth 1.7', create: withPlugin(current, () => currentPlugin({ teams: { enabled: true } })), isCurrent: true },
  { name: 'better-auth 1.2', create: withPlugin(documented, documentedPlugin), isCurrent: false },
];

let slugs = 0;
const slug = () => `org-${Date.now().toString(36)}-${process.pid}-${(slugs += 1)}`;

const isRefused = async (call, status, code) => {
  const error = await refused(call);
  assert.deepEqual([error.status, error.code], [status, code]);
};

for (const { name, create, isCurrent } of versions) {
  // Not the bare client: the older one answers to any name, `then` too.
  const signUp = async () => {
    const [client, email] = [openBrowser(create), someone()];
    const { user } = await done(client.signUp.email({ name: 'Ada', email, password: PASSWORD }));
    const { token } = await mailTo(email, 'verify-email');
    await done(client.verifyEmail({ query: { token } }));
    return { client, organization: client.organization, email, user };
  };

  const founder = async () => {
    const person = await signUp();
    const org = await done(person.organization.create({ name: 'Acme', slug: slug() }));
    return { ...person, org };
  };

  const joined = async (owner, role) => {
    const person = await signUp();
    const invited = { email: person.email, role, organizationId: owner.org.id };
    const { id } = await done(owner.organization.inviteMember(invited));
    await done(person.organization.acceptInvitation({ invitationId: id }));
    return person;
  };

  const active = async (client) => (await done(client.getSession())).session.activeOrganizationId ?? null;

  describe(`${name}: organizations`, () => {
    let owner;
    before(async () => (owner = await founder()));

    it('founds one and acts for it', async () => {
      assert.equal(owner.org.members[0].role, 'owner');
      assert.ok(owner.org.createdAt instanceof Date);
      assert.equal(await active(owner.client), owner.org.id);
    });

    it('keeps the active one where that is wanted', async () => {
      const further = { name: 'Second', slug: slug(), keepCurrentActiveOrganization: true };
      await done(owner.organization.create(further));
      assert.equal(await active(owner.client), owner.org.id);
      assert.equal((await done(owner.organization.list())).length, 2);
    });

    it('refuses a slug that is taken', async () => {
      const { slug: taken } = owner.org;
      await isRefused(owner.organization.create({ name: 'Thief', slug: taken }), 400, 'ORGANIZATION_ALREADY_EXISTS');
      await isRefused(owner.organization.checkSlug({ slug: taken }), 400, 'ORGANIZATION_SLUG_ALREADY_TAKEN');
      assert.deepEqual(await done(owner.organization.checkSlug({ slug: slug() })), { status: true });
    });

    it('changes name, slug, logo and metadata', async () => {
      const data = { name: 'Acme, Inc.', slug: slug(), logo: 'https://example.test/a.png', metadata: { size: 3 } };
      const updated = await done(owner.organization.update({ organizationId: owner.org.id, data }));
      assert.deepEqual([updated.name, updated.slug, updated.logo, updated.metadata], Object.values(data));
      const full = await done(owner.organization.getFullOrganization());
      assert.deepEqual([full.name, full.slug, JSON.parse(full.metadata)], ['Acme, Inc.', data.slug, { size: 3 }]);
      owner.org.slug = data.slug;
    });

    it('chooses the active one by id, by slug, or none', async () => {
      assert.equal(await done(owner.organization.setActive({ organizationId: null })), null);
      assert.equal(await active(owner.client), null);
      assert.equal(await done(owner.organization.getFullOrganization()), null);
      const bySlug = await done(owner.organization.setActive({ organizationSlug: owner.org.slug }));
      assert.equal(bySlug.id, owner.org.id);
      await done(owner.organization.setActive({ organizationId: owner.org.id }));
      assert.equal(await active(owner.client), owner.org.id);
    });

    it('shows nothing to outsiders, and lets them change nothing', async () => {
      const { organization } = await founder();
      const { id } = owner.org;
      const outside = 'USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION';
      await isRefused(organization.setActive({ organizationId: id }), 403, outside);
      await isRefused(organization.getFullOrganization({ query: { organizationId: id } }), 403, outside);
      await isRefused(organization.update({ organizationId: id, data: { name: 'Mine' } }), 400, outside);
      await isRefused(organization.delete({ organizationId: id }), 400, outside);
      const asked = { organizationId: id, permissions: { organization: ['update'] } };
      await isRefused(organization.hasPermission(asked), 401, outside);
      const invited = { email: someone(), role: 'member', organizationId: id };
      await isRefused(organization.inviteMember(invited), 400, 'MEMBER_NOT_FOUND');
      const removed = { memberIdOrEmail: owner.email, organizationId: id };
      await isRefused(organization.removeMember(removed), 400, 'MEMBER_NOT_FOUND');
      await isRefused(organization.leave({ organizationId: id }), 400, 'MEMBER_NOT_FOUND');
    });

    it('deletes one, for owners', async () => {
      const { organization, client, org } = await founder();
      const admin = await joined({ organization, org }, 'admin');
      const code = 'YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_ORGANIZATION';
      await isRefused(admin.organization.delete({ organizationId: org.id }), 403, code);
      const deleted = await done(organization.delete({ organizationId: org.id }));
      assert.equal(deleted.id, org.id);
      for (const left of [client, admin.client]) assert.equal(await active(left), null);
      assert.deepEqual(await done(admin.organization.list()), []);
      assert.deepEqual(await done(organization.checkSlug({ slug: org.slug })), { status: true });
    });

    it('needs a session', async () => {
      const { organization } = openBrowser(create);
      for (const call of [organization.list(), organization.create({ name: 'X', slug: slug() })]) {
        assert.equal((await refused(call)).status, 401);
      }
    });
  });

  describe(`${name}: invitations`, () => {
    let owner, guest;
    before(async () => {
      [owner, guest] = [await founder(), await signUp()];
    });

    it('mails one, and shows it to whoever is invited', async () => {
      const invitation = await done(owner.organization.inviteMember({ email: guest.email, role: 'member' }));
      assert.deepEqual([invitation.status, invitation.role, invitation.email], ['pending', 'member', guest.email]);
      assert.ok(invitation.expiresAt instanceof Date);
      assert.ok((await mailTo(guest.email, 'invitation')).token);
      const shown = await done(guest.organization.getInvitation({ query: { id: invitation.id } }));
      assert.deepEqual([shown.organizationName, shown.organizationSlug], ['Acme', owner.org.slug]);
      assert.equal(shown.inviterEmail, owner.email);
      const listed = await done(owner.organization.listInvitations());
      assert.deepEqual(listed.map(({ id }) => id), [invitation.id]);
    });

    it('does not invite twice, but sends again', async () => {
      const again = { email: guest.email, role: 'member' };
      await isRefused(owner.organization.inviteMember(again), 400, 'USER_IS_ALREADY_INVITED_TO_THIS_ORGANIZATION');
      const [{ id }] = await done(owner.organization.listInvitations());
      assert.equal((await done(owner.organization.inviteMember({ ...again, resend: true }))).id, id);
    });

    it('shows it to nobody else', async () => {
      const [{ id }] = await done(owner.organization.listInvitations());
      const other = await signUp();
      const code = 'YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION';
      await isRefused(other.organization.getInvitation({ query: { id } }), 403, code);
      await isRefused(other.organization.acceptInvitation({ invitationId: id }), 403, code);
      await isRefused(other.organization.rejectInvitation({ invitationId: id }), 403, code);
      await isRefused(other.organization.cancelInvitation({ invitationId: id }), 400, 'MEMBER_NOT_FOUND');
      await isRefused(guest.organization.getInvitation({ query: { id: 'unknown' } }), 400, 'INVITATION_NOT_FOUND');
    });

    it('is rejected', async () => {
      const [{ id }] = await done(owner.organization.listInvitations());
      const { invitation, member } = await done(guest.organization.rejectInvitation({ invitationId: id }));
      assert.deepEqual([invitation.status, member], ['rejected', null]);
      await isRefused(guest.organization.acceptInvitation({ invitationId: id }), 400, 'INVITATION_NOT_FOUND');
    });

    it('is withdrawn', async () => {
      const { id } = await done(owner.organization.inviteMember({ email: guest.email, role: 'member' }));
      const canceled = await done(owner.organization.cancelInvitation({ invitationId: id }));
      assert.equal(canceled.status, 'canceled');
      await isRefused(guest.organization.acceptInvitation({ invitationId: id }), 400, 'INVITATION_NOT_FOUND');
    });

    it('is accepted, by what stands in the mail too, and the organization is active', async () => {
      await done(owner.organization.inviteMember({ email: guest.email, role: 'admin' }));
      const { token } = await mailTo(guest.email, 'invitation');
      const { invitation, member } = await done(guest.organization.acceptInvitation({ invitationId: token }));
      assert.deepEqual([invitation.status, member.role, member.userId], ['accepted', 'admin', guest.user.id]);
      assert.equal(await active(guest.client), owner.org.id);
      await isRefused(guest.organization.acceptInvitation({ invitationId: invitation.id }), 400, 'INVITATION_NOT_FOUND');
      const code = 'USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION';
      await isRefused(owner.organization.inviteMember({ email: guest.email, role: 'member' }), 400, code);
    });

    it('is nothing for unverified addresses, or for unknown roles', async () => {
      const [client, email] = [openBrowser(create), someone()];
      await done(client.signUp.email({ name: 'Eve', email, password: PASSWORD }));
      const { id } = await done(owner.organization.inviteMember({ email, role: 'member' }));
      const code = 'EMAIL_VERIFICATION_REQUIRED_BEFORE_ACCEPTING_OR_REJECTING_INVITATION';
      await isRefused(client.organization.acceptInvitation({ invitationId: id }), 403, code);
      await isRefused(owner.organization.inviteMember({ email: someone(), role: 'zzz' }), 400, 'ROLE_NOT_FOUND');
      await isRefused(owner.organization.inviteMember({ email: 'nonsense', role: 'member' }), 400, 'INVALID_EMAIL');
    });
  });

  describe(`${name}: members`, () => {
    let owner, admin, member;
    before(async () => {
      owner = await founder();
      [admin, member] = [await joined(owner, 'admin'), await joined(owner, 'member')];
    });

    it('sees them all', async () => {
      const { members } = await done(member.organization.getFullOrganization());
      const roles = members.map(({ role, user }) => [user.email, role]).sort();
      const expected = [[owner.email, 'owner'], [admin.email, 'admin'], [member.email, 'member']].sort();
      assert.deepEqual(roles, expected);
    });

    it('knows what one is, and what that permits', async () => {
      assert.equal((await done(admin.organization.getActiveMember())).role, 'admin');
      const may = async ({ organization }, permissions) => (await done(organization.hasPermission({ permissions }))).success;
      assert.equal(await may(admin, { organization: ['update'] }), true);
      assert.equal(await may(admin, { organization: ['delete'] }), false);
      assert.equal(await may(owner, { organization: ['delete'] }), true);
      assert.equal(await may(member, { member: ['delete'] }), false);
    });

    it('does what the role permits and no more', async () => {
      const id = owner.org.id;
      const data = { name: 'Mine' };
      const update = 'YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_ORGANIZATION';
      await isRefused(member.organization.update({ organizationId: id, data }), 403, update);
      const invite = 'YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION';
      await isRefused(member.organization.inviteMember({ email: someone(), role: 'member' }), 403, invite);
      const high = 'YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE';
      await isRefused(admin.organization.inviteMember({ email: someone(), role: 'owner' }), 403, high);
      const remove = 'YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_MEMBER';
      await isRefused(member.organization.removeMember({ memberIdOrEmail: admin.email }), 401, remove);
      const role = 'YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER';
      const promote = { memberId: member.user.id, role: 'owner' };
      await isRefused(admin.organization.updateMemberRole(promote), 403, role);
      await isRefused(member.organization.updateMemberRole(promote), 403, role);
    });

    it('gives other roles', async () => {
      const updated = await done(owner.organization.updateMemberRole({ memberId: member.user.id, role: ['admin', 'member'] }));
      assert.deepEqual([updated.role, updated.userId], ['admin,member', member.user.id]);
      assert.equal((await done(member.organization.getActiveMember())).role, 'admin,member');
    });

    it('is never without an owner', async () => {
      const alone = 'YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER';
      await isRefused(owner.organization.leave({ organizationId: owner.org.id }), 400, alone);
      await isRefused(owner.organization.removeMember({ memberIdOrEmail: owner.email }), 400, alone);
      const demoted = { memberId: owner.user.id, role: 'admin' };
      const without = 'YOU_CANNOT_LEAVE_THE_ORGANIZATION_WITHOUT_AN_OWNER';
      await isRefused(owner.organization.updateMemberRole(demoted), 400, without);
    });

    it('removes one, who acts for it no more', async () => {
      const { member: removed } = await done(owner.organization.removeMember({ memberIdOrEmail: admin.email }));
      assert.equal(removed.userId, admin.user.id);
      assert.equal(await active(admin.client), null);
      await isRefused(owner.organization.removeMember({ memberIdOrEmail: admin.email }), 400, 'MEMBER_NOT_FOUND');
    });

    it('leaves', async () => {
      const left = await done(member.organization.leave({ organizationId: owner.org.id }));
      assert.equal(left.userId, member.user.id);
      assert.equal(await active(member.client), null);
      assert.deepEqual(await done(member.organization.list()), []);
    });
  });

  if (!isCurrent) continue;

  describe(`${name}: what only this client calls`, () => {
    let owner, member;
    before(async () => {
      owner = await founder();
      member = await joined(owner, 'member');
    });

    it('gets one without its members', async () => {
      const query = { organizationSlug: owner.org.slug };
      assert.equal((await done(member.organization.getOrganization({ query }))).id, owner.org.id);
    });

    it('lists members by pages, sorted and picked out', async () => {
      const list = (query) => done(owner.organization.listMembers({ query }));
      const all = await list({ sortBy: 'createdAt', sortDirection: 'desc' });
      assert.deepEqual([all.total, all.members.map(({ role }) => role)], [2, ['member', 'owner']]);
      const page = await list({ limit: 1, offset: 1, sortBy: 'createdAt' });
      assert.deepEqual([page.total, page.members[0].user.email], [2, member.email]);
      const owners = await list({ filterField: 'role', filterValue: 'owner', filterOperator: 'eq' });
      assert.deepEqual([owners.total, owners.members[0].userId], [1, owner.user.id]);
      const outsider = await signUp();
      const query = { organizationId: owner.org.id };
      await isRefused(outsider.organization.listMembers({ query }), 403, 'YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION');
    });

    it('tells the role of the caller and of others', async () => {
      assert.deepEqual(await done(member.organization.getActiveMemberRole()), { role: 'member' });
      const query = { userId: owner.user.id };
      assert.deepEqual(await done(member.organization.getActiveMemberRole({ query })), { role: 'owner' });
    });

    it('lists the invitations that one got', async () => {
      const guest = await signUp();
      const { id } = await done(owner.organization.inviteMember({ email: guest.email, role: 'member' }));
      const [received] = await done(guest.organization.listUserInvitations());
      assert.deepEqual([received.id, received.organizationName], [id, 'Acme']);
    });

    it('makes teams, and acts for one', async () => {
      const { organization, user } = owner;
      const team = await done(organization.createTeam({ name: 'Engines' }));
      const renamed = await done(organization.updateTeam({ teamId: team.id, data: { name: 'Looms' } }));
      assert.deepEqual([renamed.id, renamed.name], [team.id, 'Looms']);
      assert.deepEqual((await done(member.organization.listTeams())).map(({ id }) => id), [team.id]);
      const denied = 'YOU_ARE_NOT_ALLOWED_TO_CREATE_TEAMS_IN_THIS_ORGANIZATION';
      await isRefused(member.organization.createTeam({ name: 'Mine' }), 403, denied);

      await done(organization.addTeamMember({ teamId: team.id, userId: user.id }));
      await done(organization.addTeamMember({ teamId: team.id, userId: member.user.id }));
      const members = await done(organization.listTeamMembers({ query: { teamId: team.id } }));
      assert.deepEqual(members.map(({ userId }) => userId).sort(), [user.id, member.user.id].sort());
      assert.equal((await done(member.organization.listUserTeams()))[0].name, 'Looms');

      await done(member.organization.setActiveTeam({ teamId: team.id }));
      assert.equal((await done(member.client.getSession())).session.activeTeamId, team.id);
      await done(organization.removeTeamMember({ teamId: team.id, userId: member.user.id }));
      assert.equal((await done(member.client.getSession())).session.activeTeamId ?? null, null);
      await isRefused(member.organization.setActiveTeam({ teamId: team.id }), 403, 'USER_IS_NOT_A_MEMBER_OF_THE_TEAM');
      assert.equal((await done(organization.removeTeam({ teamId: team.id }))).message, 'Team removed successfully.');
      assert.deepEqual(await done(organization.listTeams()), []);
    });

    it('invites into a team', async () => {
      const team = await done(owner.organization.createTeam({ name: 'Engines' }));
      const guest = await signUp();
      const invited = { email: guest.email, role: 'member', teamId: team.id };
      const { id, teamId } = await done(owner.organization.inviteMember(invited));
      assert.equal(teamId, team.id);
      await done(guest.organization.acceptInvitation({ invitationId: id }));
      assert.deepEqual((await done(guest.organization.listUserTeams())).map(({ name }) => name), ['Engines']);
    });
  });
}
